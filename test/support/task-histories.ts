import { recordPlan } from '../../src/commands/record-plan.js';
import { recordTask } from '../../src/commands/record-task.js';
import { hashOf } from '../../src/core/canonical.js';
import type { AnyCommand } from '../../src/core/decision.js';
import type { AnyDocument } from '../../src/core/types.js';
import { fn } from './configs.js';
import type { Attempt } from './histories.js';
import type { World } from './world.js';

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
