import { v5 as uuidv5 } from 'uuid';
import { hashOf } from '../../core/canonical.js';
import { redactText } from '../../core/redact-text.js';
import { redact } from '../../core/redact.js';
import { planHash } from '../../core/plan-hash.js';
import type { FunctionPlan, RecordPlanParams, RecordTaskParams, TaskDocument } from '../../core/types.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import type { TaskAssignment } from './task-assignment.js';

/** Names the ids of commands about tasks. Never to be changed: the same outcome must give the same id. */
export const TASK_NAMESPACE = '5a9a3c52-3d55-4a3c-8f0a-3c1f5e7d9b64';
/** A command may have 300 KiB, and its event stands beside it in a record of 700 KiB. */
export const MAX_PART_BYTES = 200 * 1024;
/** So many changes and notices fit in any case. */
const FEW = 20;

/** The end of a task as a whole. */
export function endCommand(
  { effect, body }: TaskAssignment,
  end: Pick<RecordTaskParams, 'end' | 'code' | 'reason'>,
): OutgoingMessage {
  const { environment, task, project } = body;
  return command(project, { name: 'record-task', effect, params: { environment, task, ...end } });
}

/** A plan in parts, in their order: each fits into a command. */
export function planCommands(
  { effect, body }: TaskAssignment,
  { stageSet = '' }: TaskDocument,
  functions: readonly FunctionPlan[],
): OutgoingMessage[] {
  const { environment, task, project } = body;
  const contentHash = planHash(functions);
  const run = hashOf([effect, functions]);
  const parts = cutParts(functions.map(shortened));
  return parts.map((some, part) => {
    const params: RecordPlanParams = {
      environment,
      task,
      stageSet,
      contentHash,
      run,
      part,
      parts: parts.length,
      functions: some,
    };
    return command(project, { name: 'record-plan', effect, params });
  });
}

/** A command on the results topic. */
export function command(
  project: string,
  { name, effect, params: all }: { readonly name: string; readonly effect: string; readonly params: object },
): OutgoingMessage {
  // A cluster may quote secrets that no config of ours names. A config that is taken over is not rewritten by what its texts look like.
  const params = name === 'record-import' ? redact(all) : redact(all, redactText);
  // The same report made again is the same command, to the letter.
  const id = uuidv5(`${effect}\n${name}\n${hashOf(params)}`, TASK_NAMESPACE);
  return { key: project, payload: Buffer.from(JSON.stringify({ id, command: name, project, params })) };
}

/** A plan that alone is too large for a part says less of what it found. */
function shortened(plan: FunctionPlan): FunctionPlan {
  if (Buffer.byteLength(JSON.stringify(plan)) <= MAX_PART_BYTES) return plan;
  return { ...plan, changes: plan.changes.slice(0, FEW), notices: plan.notices.slice(0, FEW) };
}

/** At least one part, so that a report of nothing ends its task too. */
export function cutParts<T>(items: readonly T[]): T[][] {
  let part: T[] = [];
  let bytes = 0;
  const parts = [part];
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (part.length > 0 && bytes + size > MAX_PART_BYTES) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(item);
    bytes += size;
  }
  return parts;
}
