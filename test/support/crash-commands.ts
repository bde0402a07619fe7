/** A command as it is sent, again and again until it is answered. */
export interface CrashCommand {
  readonly id: string;
  readonly command: string;
  readonly project?: string;
  readonly params: object;
  readonly dryRun?: true;
}

/** What is to become of a command: a record that takes its id, an answer without a record, or a dead letter. */
export type Expected = 'record' | 'answer' | 'invalid';

/** A command without its id. */
export interface MadeCommand {
  readonly body: Omit<CrashCommand, 'id'>;
  readonly expected: Expected;
}

export type CommandMaker = () => MadeCommand;

/** Packages and sizes of what is made. */
export interface MakerOptions {
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  /** Path of a package. */
  readonly artifact: string;
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A UUID of version 4 out of such numbers. */
export function seededId(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const SETS = 4;
const NAMES_A_SET = 6;

function functionConfig(namespace: string, name: string, more: object): object {
  return {
    type: 'function',
    tenant: 'public',
    namespace,
    name,
    className: 'enrich.Enrich',
    inputs: ['orders'],
    ...more,
  };
}

/** Commands of the main job over a few stage sets, in no order that makes sense: many are refused, and that is an answer too. */
export function mainJob({ random, artifact }: MakerOptions): CommandMaker {
  const pick = (count: number): number => Math.floor(random() * count);
  const nameIn = (set: number): string => `f${set}-${pick(NAMES_A_SET)}`;
  const config = (name: string): object =>
    functionConfig('default', name, { artifactPathOrUrl: artifact, userConfig: { variant: pick(4) } });
  const body = (): MadeCommand['body'] => {
    const set = pick(SETS);
    const stageSet = `set-${set}`;
    const kind = random();
    if (kind < 0.55) {
      const names = new Set(Array.from({ length: 1 + pick(3) }, () => nameIn(set)));
      return { command: 'stage-configs', params: { stageSet, configs: [...names].map(config) } };
    }
    if (kind < 0.7)
      return { command: 'un-stage', params: { stageSet, names: [`public/default/${nameIn(set)}`] } };
    if (kind < 0.92) return { command: 'commit-staged-to-test', params: { stageSet, force: random() < 0.5 } };
    return { command: 'rollback', params: { environment: 'test', names: [`public/default/${nameIn(set)}`] } };
  };
  return () => ({ body: body(), expected: 'record' });
}

const PROJECTS = ['alpha', 'beta', 'gamma', 'delta'];
const STAGE_SETS = ['main', 'one', 'two', 'three', 'four'];
const NAMES_A_PROJECT = 12;

/**
 * Everything that people send, over several projects: staging and deletions, merges, commits and rollbacks of both
 * environments, dry runs, queries, and what is no command at all.
 */
export function everyCommand({ random, artifact }: MakerOptions): CommandMaker {
  const pick = (count: number): number => Math.floor(random() * count);
  const oneOf = <T>(of: readonly T[]): T => of[pick(of.length)] as T;
  // Now and then another project's function: that is refused.
  const name = (project: string): string =>
    `public/${random() < 0.02 ? oneOf(PROJECTS) : project}/f${pick(NAMES_A_PROJECT)}`;
  const several = (make: () => string, most: number): string[] => [
    ...new Set(Array.from({ length: 1 + pick(most) }, make)),
  ];
  const config = (full: string): object => {
    const [, namespace = '', own = ''] = full.split('/');
    return functionConfig(namespace, own, {
      artifactPathOrUrl: artifact,
      userConfig: { variant: pick(5), text: 'x'.repeat(pick(200)) },
      ...(random() < 0.3 ? { environments: { prod: { parallelism: 2 } } } : {}),
    });
  };

  const staging = (project: string, stageSet: string): object => {
    const names = several(() => name(project), 4);
    if (random() < 0.1) return { stageSet, remove: names };
    return { stageSet, configs: names.map(config), ...(random() < 0.1 ? { note: 'why' } : {}) };
  };
  const merging = (into: string): object => {
    const from = several(() => oneOf(STAGE_SETS), 2).filter((set) => set !== into);
    const onConflict = oneOf(['reject', 'ours', 'theirs']);
    return { from: from.length === 0 ? ['other'] : from, into, onConflict };
  };
  const rollingBack = (project: string): object => ({
    environment: random() < 0.7 ? 'test' : 'prod',
    ...(random() < 0.5 ? { names: several(() => name(project), 2) } : {}),
    ...(random() < 0.2 ? { toRelease: 1 + pick(20) } : {}),
    ...(random() < 0.2 ? { prune: true } : {}),
  });
  const invalid = (): Omit<MadeCommand['body'], 'project'> =>
    oneOf([
      { command: 'no-such-command', params: {} },
      { command: 'un-stage', params: { stageSet: 7 } },
      { command: 'stage-configs', params: { configs: [{ type: 'function', name: 'incomplete' }] } },
      { command: 'merge-stage-sets', params: {} },
    ]);

  return () => {
    const project = oneOf(PROJECTS);
    const stageSet = oneOf(STAGE_SETS);
    const kind = random();
    const made = (command: string, params: object, expected: Expected = 'record'): MadeCommand => ({
      body: { command, project, params },
      expected,
    });
    if (kind < 0.4) return made('stage-configs', staging(project, stageSet));
    if (kind < 0.48)
      return made(
        'un-stage',
        random() < 0.3 ? { stageSet, all: true } : { stageSet, names: several(() => name(project), 2) },
      );
    if (kind < 0.54) return made('merge-stage-sets', merging(stageSet));
    if (kind < 0.72) return made('commit-staged-to-test', { stageSet, force: random() < 0.6 });
    if (kind < 0.81) return made('commit-staged-to-prod', { stageSet, force: random() < 0.6 });
    if (kind < 0.86) return made('rollback', rollingBack(project));
    if (kind < 0.92) {
      const prefix = oneOf(['function:', 'stage-set:', 'release:', 'staged:']);
      return made('get-all-data', { prefix, limit: 20 }, 'answer');
    }
    if (kind < 0.96) {
      const { body } = made('commit-staged-to-test', { stageSet });
      return { body: { ...body, dryRun: true }, expected: 'answer' };
    }
    return { body: { ...invalid(), project }, expected: 'invalid' };
  };
}
