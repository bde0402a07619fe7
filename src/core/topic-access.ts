import { mayNot, reaches } from './authorise.js';
import { ASKED_BY } from './reply.js';
import { holds, type Role } from './roles.js';
import type { Actor } from './types.js';
import { AppError, messageOf } from '../errors.js';

/** Stageline's own topics, by what the door may do with them. */
export interface OwnTopics {
  readonly commands: string;
  readonly replies: string;
  readonly journal: string;
  readonly deadLetters: string;
  /** What its parts say to each other: by full names, and by what these begin with. */
  readonly inner: readonly string[];
  readonly innerPrefix: string;
}

/** Topics that the configuration opens; the first entry that fits counts. */
export interface OpenedTopics {
  /** Full name. */
  readonly topic?: string;
  readonly prefix?: string;
  readonly publish?: Role;
  readonly consume?: Role;
  /** Where the role has to be held. */
  readonly project?: string;
}

/** Who may do one thing with a topic. */
type Rule =
  | 'nobody'
  /** Whoever is known: what comes of it is decided elsewhere. */
  | 'caller'
  /** Whoever asked for what a message answers, and who has the role in every project for all of them. */
  | { readonly role: Role; readonly orAsker: true }
  | { readonly role: Role; readonly project?: string | undefined };

interface Rules {
  readonly publish: Rule;
  readonly consume: Rule;
}

/** Who may use Stageline's own topics through the door. What is opened by configuration never opens one of these further. */
const OWN: Readonly<Record<'commands' | 'replies' | 'journal' | 'deadLetters' | 'inner', Rules>> = {
  // The processor decides each command by its ticket. Whoever read others' commands could take them from it.
  commands: { publish: 'caller', consume: 'nobody' },
  replies: { publish: 'nobody', consume: { role: 'viewer', orAsker: true } },
  journal: { publish: 'nobody', consume: { role: 'operator' } },
  deadLetters: { publish: 'nobody', consume: { role: 'operator' } },
  inner: { publish: 'nobody', consume: 'nobody' },
};

/** What a caller may see of a topic that he may consume; undefined: everything. */
export type Shows =
  ((message: { readonly properties: Readonly<Record<string, string>> }) => boolean) | undefined;

/** Says who may use which topic. Both reject with DENIED. */
export interface TopicAccess {
  isCommands(topic: string): boolean;
  checkPublish(topic: string, caller: Actor): void;
  checkConsume(topic: string, caller: Actor): Shows;
  /** Why nobody at all consumes from a topic; undefined: somebody may. */
  closed(topic: string): string | undefined;
}

export function createTopicAccess(own: OwnTopics, opened: readonly OpenedTopics[]): TopicAccess {
  const rulesOf = (topic: string): Rules | undefined => {
    if (topic === own.commands) return OWN.commands;
    if (topic === own.replies) return OWN.replies;
    if (topic === own.journal) return OWN.journal;
    if (topic === own.deadLetters) return OWN.deadLetters;
    // A partition by its name would be a way around what is looked at on the topic.
    const { commands, replies, journal, deadLetters, inner, innerPrefix } = own;
    const name = topic.replace(/-partition-\d+$/, '');
    if ([commands, replies, journal, deadLetters, ...inner].includes(name) || name.startsWith(innerPrefix))
      return OWN.inner;
    const entry = opened.find((each) =>
      each.prefix === undefined ? each.topic === topic : topic.startsWith(each.prefix),
    );
    if (entry === undefined) return undefined;
    const { publish, consume, project } = entry;
    return {
      publish: publish === undefined ? 'nobody' : { role: publish, project },
      consume: consume === undefined ? 'nobody' : { role: consume, project },
    };
  };

  const ruleOf = (topic: string, use: keyof Rules): Rule => {
    const rules = rulesOf(topic);
    if (rules === undefined)
      throw new AppError('DENIED', `${topic} is not open here; STAGELINE_BEAM_TOPICS says which topics are.`);
    if (rules[use] !== 'nobody') return rules[use];
    const done = use === 'publish' ? 'publishes to' : 'consumes from';
    throw new AppError('DENIED', `Nobody ${done} ${topic} here; docs/beam.md says who may use which topic.`);
  };

  return {
    isCommands: (topic) => topic === own.commands,
    checkPublish(topic, caller) {
      check(ruleOf(topic, 'publish'), caller);
    },
    checkConsume: (topic, caller) => check(ruleOf(topic, 'consume'), caller),
    closed(topic) {
      try {
        ruleOf(topic, 'consume');
        return undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
  };
}

function check(rule: Rule, caller: Actor): Shows {
  if (typeof rule === 'string') return undefined;
  if ('orAsker' in rule && !reaches(caller, undefined) && caller.projects?.length !== 0) {
    // Replies say nothing of projects: somebody else's is not for one who may not read them all.
    if (holds(caller.roles, rule.role)) return ({ properties }) => properties[ASKED_BY] === caller.name;
  }
  const project = 'project' in rule ? rule.project : undefined;
  const denied = mayNot(caller, { role: rule.role, project });
  if (denied !== undefined) throw new AppError('DENIED', denied.detail ?? denied.title);
  return undefined;
}
