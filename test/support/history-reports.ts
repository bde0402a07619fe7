import { recordDeployment } from '../../src/commands/record-deployment.js';
import { recordPlan } from '../../src/commands/record-plan.js';
import { recordTask } from '../../src/commands/record-task.js';
import { hashOf } from '../../src/core/canonical.js';
import type { AnyCommand } from '../../src/core/decision.js';
import type { AnyDocument, Outcome } from '../../src/core/types.js';
import { fn } from './configs.js';
import type { World, SendOptions } from './world.js';

/** One command of a random history; whether it is accepted is up to the history. */
export interface Attempt {
  readonly command: AnyCommand;
  readonly params: (world: World) => object;
  readonly options: SendOptions;
}

/** A deployer reports on one of the deployments that there are, finished or not. */
export function report({
  pick,
  outcome: ended,
  project: of,
  created,
}: {
  pick: number;
  outcome: Outcome;
  project: string;
  created: boolean;
}): Attempt {
  return {
    command: recordDeployment as unknown as AnyCommand,
    options: { project: of, via: 'results' },
    params: (world) => {
      const all = [...world.documents().values()].filter((document) => document.kind === 'deployment');
      const open = all.filter(({ state }) => state === 'committed');
      const from = open.length === 0 || pick % 3 === 0 ? all : open;
      const chosen = from.length === 0 ? undefined : from[pick % from.length];
      const results = [
        { function: chosen?.function ?? fn('a'), outcome: ended, ...(created ? { created } : {}) },
      ];
      return { environment: chosen?.environment ?? 'test', release: chosen?.release ?? 1, results };
    },
  };
}

/** A deployer reports on one of the tasks that there are, over or not. */
export function reportTask({
  pick,
  failed,
  project: of,
}: {
  pick: number;
  failed: boolean;
  project: string;
}): Attempt {
  return {
    command: recordTask as unknown as AnyCommand,
    options: { project: of, via: 'results' },
    params: (world) => {
      const chosen = nth(world, 'task', pick);
      const subject = chosen?.functions?.[pick % chosen.functions.length];
      const outcome = failed ? 'failed' : 'done';
      const end =
        subject === undefined ? { end: 'failed' } : { results: [{ function: subject.function, outcome }] };
      return { environment: chosen?.environment ?? 'test', task: chosen?.task ?? NO_TASK, ...end };
    },
  };
}

/** A command about a release in one of these states, or about any. */
export function about(
  command: unknown,
  states: readonly string[],
  { pick, more }: { readonly pick: number; readonly more: object },
): Attempt {
  return {
    command: command as AnyCommand,
    options: { project: 'default', via: 'commands' },
    params: (world) => {
      const all = [...world.documents().values()].filter((document) => document.kind === 'release');
      const fitting = all.filter(({ project: of, state }) => of === 'default' && states.includes(state));
      const from = fitting.length === 0 ? all : fitting;
      const chosen = from[pick % Math.max(1, from.length)];
      return { environment: chosen?.environment ?? 'test', release: chosen?.release ?? 1, ...more };
    },
  };
}

/** A deployer sends a part of a plan: its own, or one that was sent before, or out of turn. */
export function reportPlan({
  pick,
  part,
  run,
  project: of,
}: {
  pick: number;
  part: number;
  run: number;
  project: string;
}): Attempt {
  return {
    command: recordPlan as unknown as AnyCommand,
    options: { project: of, via: 'results' },
    params: (world) => {
      const chosen = nth(world, 'task', pick);
      return {
        environment: chosen?.environment ?? 'test',
        task: chosen?.task ?? NO_TASK,
        stageSet: chosen?.stageSet ?? 'main',
        contentHash: hashOf(run),
        run: hashOf(run),
        part,
        parts: 2,
        functions: (part === 0 ? ['a'] : ['b', 'constructor']).slice(0, 1 + (run % 2)).map((of_) => ({
          function: fn(of_),
          workload: 'function',
          contentHash: null,
          operation: run === 0 ? 'blocked' : 'create',
          changes: [],
          restarts: false,
          package: 'none',
          notices: [],
        })),
      };
    },
  };
}

const NO_TASK = '00000000-0000-7000-8000-00000000ffff';

function nth<Kind extends AnyDocument['kind']>(
  world: World,
  kind: Kind,
  pick: number,
): Extract<AnyDocument, { kind: Kind }> | undefined {
  const all = [...world.documents().values()].filter(
    (document): document is Extract<AnyDocument, { kind: Kind }> => document.kind === kind,
  );
  return all[pick % Math.max(1, all.length)];
}
