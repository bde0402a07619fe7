import { hexDigest } from '../../src/core/package-digest.js';
import type { Actor, JournalRecord, ReleaseCommitted } from '../../src/core/types.js';

/**
 * What may never be, told from what was accepted alone: who staged, voted, froze and rejected what. It looks at no document
 * that the product makes of that.
 */
export interface GatesModel {
  /** Looks at a record that was accepted by this actor; says what should have been refused. */
  see(record: JournalRecord, actor: Actor): string[];
  /** Releases so far. */
  readonly releases: readonly ReleaseCommitted[];
  /** How often what happened, so that a test can tell that it has seen it. */
  readonly seen: Map<string, number>;
}

/** How many people have to approve, by environment; none where nothing is said. */
export type Policies = Readonly<Record<string, number>>;

interface Request {
  /** Functions and their contents. */
  readonly entries: string;
  readonly votes: (readonly string[])[];
  state: 'open' | 'rejected' | 'closed';
}

const peopleOf = ({ name, behind = [] }: Pick<Actor, 'name' | 'behind'>): string[] => [name, ...behind];
const share = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((name) => others.includes(name));
const keyOf = (...parts: readonly (string | number | null)[]): string => parts.join(' ');

export function createGatesModel(policies: Policies): GatesModel {
  /** By stage set and function: the content, and who has certainly staged it. */
  const staged = new Map<string, Map<string, { content: string | null; authors: readonly string[] }>>();
  /** By environment: until when, and the record that it began with. */
  const frozen = new Map<string, { readonly until: string | undefined; readonly since: number }>();
  /** Position of each release. */
  const madeAt = new Map<ReleaseCommitted, number>();
  const requests = new Map<string, Request>();
  const releases: ReleaseCommitted[] = [];
  const rejectedReleases = new Set<string>();
  const rejectedArtifacts = new Set<string>();
  /** Digests that were told of a function's content, by environment. */
  const digests = new Map<string, Set<string>>();
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

  const setOf = (name: string) => {
    const set = staged.get(name) ?? new Map<string, { content: string | null; authors: readonly string[] }>();
    staged.set(name, set);
    return set;
  };
  const entriesOf = (set: string, names?: readonly string[]): string =>
    [...setOf(set)]
      .filter(([name]) => names?.includes(name) !== false)
      .map(([name, { content }]) => keyOf(name, content))
      .sort()
      .join();
  const isFrozen = (environment: string, time: string): boolean => {
    const freeze = frozen.get(environment);
    return (
      freeze !== undefined && (freeze.until === undefined || Date.parse(freeze.until) > Date.parse(time))
    );
  };
  /** A release that was let through this very freeze goes on to its end. */
  const wasLetThrough = (environment: string, number: number): boolean => {
    const made = releases.find((one) => one.environment === environment && one.release === number);
    return (
      made?.override?.passed.includes('ENVIRONMENT_FROZEN') === true &&
      (madeAt.get(made) ?? 0) > (frozen.get(environment)?.since ?? Infinity)
    );
  };

  /** What is wrong with a release under an environment's policy. */
  const unapproved = (event: ReleaseCommitted, override: boolean): string[] => {
    const required = policies[event.environment] ?? 0;
    if (event.kind !== 'commit' || required === 0) return [];
    const set = event.stageSet ?? '';
    const request = requests.get(keyOf(event.environment, set));
    if (request?.state === 'rejected') return ['commits what its approvers have rejected'];
    if (override) return [];
    const names = event.entries.map(([name]) => name);
    if (request?.state !== 'open') return ['commits without an open request'];
    if (request.entries !== entriesOf(set, names)) return ['commits something else than was approved'];
    const authors = names.flatMap((name) => setOf(set).get(name)?.authors ?? []);
    const counting = request.votes.filter((vote) => !share(vote, authors));
    const different = counting.filter(
      (vote, index) => !counting.slice(0, index).some((one) => share(one, vote)),
    );
    count(`approved by ${different.length}`);
    return different.length >= required ? [] : [`commits with ${different.length} of ${required} approvals`];
  };

  const rejectedIn = (event: ReleaseCommitted): string[] =>
    event.entries.flatMap(([name, content, index]) => {
      if (content === null) return [];
      const bad = releases.some(
        (release) =>
          rejectedReleases.has(keyOf(release.environment, release.release)) &&
          release.entries.some(([other, same]) => other === name && same === content),
      );
      const digest = event.packages[index];
      const known = [...(digests.get(keyOf(name, content)) ?? [])];
      return [
        ...(bad ? [`deploys ${name} ${content} of a rejected release`] : []),
        ...(digest !== undefined && rejectedArtifacts.has(hexDigest(digest))
          ? [`deploys the rejected package of ${name}`]
          : []),
        ...(event.environment === 'prod' &&
        event.kind === 'commit' &&
        known.length > 0 &&
        known.every((one) => rejectedArtifacts.has(one))
          ? [`deploys ${name}, all of whose packages are rejected`]
          : []),
      ];
    });

  const release = (event: ReleaseCommitted, record: JournalRecord, actor: Actor): string[] => {
    const override = event.override !== undefined;
    const faults = [...unapproved(event, override), ...rejectedIn(event)];
    if (override && !actor.roles.includes('overrider')) faults.push('overrides without the role');
    if (isFrozen(event.environment, record.time)) {
      if (override) count('overrode a freeze');
      else faults.push(`makes a release (${event.kind}) for a frozen environment`);
    }
    count(`${event.kind}${override ? ' overridden' : ''}`);
    count(`${event.kind} ${event.environment}`);
    releases.push(event);
    madeAt.set(event, record.position);
    const request = requests.get(keyOf(event.environment, event.stageSet ?? ''));
    // What somebody overrode may have left the request as it was.
    if (request?.state === 'open' && event.kind === 'commit' && !override) request.state = 'closed';
    return faults;
  };

  const see = (record: JournalRecord, actor: Actor): string[] =>
    record.events.flatMap((event): string[] => {
      count(event.type);
      switch (event.type) {
        case 'configs-staged':
          for (const { function: name, contentHash } of event.entries)
            setOf(event.stageSet).set(name, { content: contentHash, authors: peopleOf(actor) });
          return [];
        case 'configs-unstaged':
          for (const name of event.functions) setOf(event.stageSet).delete(name);
          return [];
        case 'stage-sets-merged':
          for (const from of event.closed) {
            for (const [name, entry] of setOf(from)) {
              const there = setOf(event.into).get(name);
              // Of the same content either may be kept: certain is only who has staged both.
              const authors =
                there?.content === entry.content
                  ? entry.authors.filter((author) => there.authors.includes(author))
                  : entry.authors;
              setOf(event.into).set(name, { ...entry, authors });
            }
            setOf(from).clear();
          }
          return [];
        case 'environment-frozen':
          frozen.set(event.environment, { until: event.until, since: record.position });
          return [];
        case 'environment-unfrozen':
          frozen.delete(event.environment);
          return [];
        case 'approval-requested':
          requests.set(keyOf(event.environment, event.stageSet), {
            entries: entriesOf(event.stageSet, event.names),
            votes: [],
            state: 'open',
          });
          return [];
        case 'approval-given':
          requests.get(keyOf(event.environment, event.stageSet))?.votes.push(peopleOf(actor));
          return [];
        case 'approval-rejected':
        case 'approval-withdrawn': {
          const request = requests.get(keyOf(event.environment, event.stageSet));
          if (request !== undefined)
            request.state = event.type === 'approval-rejected' ? 'rejected' : 'closed';
          return [];
        }
        case 'artifact-rejected':
          rejectedArtifacts.add(event.sha256);
          return [];
        case 'artifact-allowed':
          rejectedArtifacts.delete(event.sha256);
          return [];
        case 'release-rejected':
          rejectedReleases.add(keyOf(event.environment, event.release));
          return [];
        case 'release-allowed':
          rejectedReleases.delete(keyOf(event.environment, event.release));
          return [];
        case 'deployment-recorded': {
          const { entries = [] } =
            releases.find((one) => one.environment === event.environment && one.release === event.release) ??
            {};
          for (const { function: name, packageSha256: told } of event.results) {
            const content = entries.find(([other]) => other === name)?.[1];
            if (told === undefined || content === undefined || content === null) continue;
            const key = keyOf(name, content);
            digests.set(key, new Set([...(digests.get(key) ?? []), told]));
          }
          return [];
        }
        case 'wave-started':
          if (!isFrozen(event.environment, record.time)) return [];
          if (event.override !== undefined || wasLetThrough(event.environment, event.release)) return [];
          return [`lets a wave into the frozen ${event.environment}`];
        case 'api-token-created':
          return [
            ...event.roles
              .filter(
                (role) =>
                  !actor.roles.includes(role) && !(actor.roles.includes('admin') && role !== 'overrider'),
              )
              .map((role) => `gives a token the role ${role}, which its maker has not`),
            ...(share(event.people, peopleOf(actor))
              ? []
              : ['makes a token that its maker does not stand behind']),
          ];
        case 'release-committed':
          return release(event, record, actor);
        case 'api-token-revoked':
        case 'deployments-cancelled':
        case 'documents-switched':
        case 'drift-recorded':
        case 'effects-published':
        case 'effects-released':
        case 'effects-skipped':
        case 'environments-set':
        case 'functions-imported':
        case 'plan-recorded':
        case 'task-recorded':
        case 'task-requested':
        case 'webhook-subscriptions-deleted':
        case 'webhook-subscriptions-set':
          return [];
      }
    });

  return { see, releases, seen };
}
