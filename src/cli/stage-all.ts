import { v7 as uuid } from 'uuid';
import type { AllowedLiteral, ProblemItem, Reply } from '../core/types.js';
import { messageOf } from '../errors.js';
import { cut, stageParams } from './batches.js';
import type { StageItem } from './config-files.js';
import { EXIT, Exit, usage } from './exit.js';
import { explainReply } from './problems.js';
import { submit, type Session } from './session.js';
import { counted, pretty } from './table.js';

export interface StageAllOptions {
  readonly set?: string;
  readonly note?: string;
  readonly allowLiterals: readonly AllowedLiteral[];
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** How far it came. */
interface Progress {
  readonly staged: StageItem[];
  readonly replies: Reply[];
}

/** Stages everything, in as few commands as fit; if one fails, says exactly what was staged and what was not. */
export async function stageAll(
  session: Session,
  items: readonly StageItem[],
  options: StageAllOptions,
): Promise<void> {
  const { json, context, say } = session;
  const strangers = options.allowLiterals.filter(
    (allow) => !items.some(({ name, config }) => config !== undefined && name === allow.function),
  );
  if (strangers.length > 0)
    throw usage(
      `literals are allowed for what is not staged: ${strangers.map((one) => one.function).join(', ')}`,
    );
  const batches = cut(items);
  const done: Progress = { staged: [], replies: [] };
  const common = {
    ...(options.set === undefined ? {} : { stageSet: options.set }),
    ...(options.note === undefined ? {} : { note: options.note }),
    allowLiterals: options.allowLiterals,
  };
  const where = `stage set ${options.set ?? 'main'} of project ${session.project}`;
  for (const [index, batch] of batches.entries()) {
    const id = uuid();
    let reply: Reply;
    try {
      reply = await submit(session, {
        command: 'stage-configs',
        params: stageParams(batch, common),
        id,
        dryRun: options.dryRun,
        timeoutMs: options.timeout,
      });
    } catch (error) {
      // No reply: whether this batch is staged cannot be told.
      if (batches.length > 1) tell(session, done, { unknown: batch, later: batches.slice(index + 1).flat() });
      throw error instanceof Exit
        ? new Exit(error.exitCode, error.message, { cause: error })
        : new Exit(EXIT.failed, messageOf(error), { cause: error });
    }
    done.replies.push(reply);
    if (reply.status !== 'ok') {
      if (batches.length > 1) tell(session, done, { refused: batch, later: batches.slice(index + 1).flat() });
      if (json) context.out(pretty(jsonResult(done.replies)));
      throw new Exit(EXIT.failed, explainReply(withOrigins(reply, batch)));
    }
    done.staged.push(...batch);
    if (batches.length > 1)
      say(`command ${index + 1} of ${batches.length}: ${done.staged.length} of ${items.length}`);
  }
  if (json) context.out(pretty(jsonResult(done.replies)));
  else context.out(summary(items, { where, dryRun: options.dryRun === true }));
}

/** One command's reply, or the list of them. */
function jsonResult(replies: readonly Reply[]): unknown {
  return replies.length === 1 ? replies[0] : replies;
}

function summary(
  items: readonly StageItem[],
  { where, dryRun }: { readonly where: string; readonly dryRun: boolean },
) {
  const removals = items.filter(({ config }) => config === undefined).length;
  const parts = [
    ...(items.length > removals ? [counted(items.length - removals, 'config')] : []),
    ...(removals > 0 ? [counted(removals, 'deletion')] : []),
  ];
  const what = parts.join(' and ');
  return dryRun
    ? `dry run, nothing changed: ${what} would be staged in ${where}`
    : `staged ${what} in ${where}`;
}

interface Undone {
  readonly refused?: readonly StageItem[];
  readonly unknown?: readonly StageItem[];
  readonly later: readonly StageItem[];
}

function tell(
  { context }: Session,
  { staged }: Progress,
  { refused = [], unknown = [], later }: Undone,
): void {
  const say = (head: string, items: readonly StageItem[]): void => {
    if (items.length === 0) return;
    context.err(`${head} (${items.length}):`);
    for (const { name, origin } of items) context.err(`  ${name}  ${origin}`);
  };
  say('staged', staged);
  say('not known, as no reply came', unknown);
  say('not staged', [...refused, ...later]);
}

/** Puts the file and the function beside faults that only say which config of the command they are in. */
function withOrigins(reply: Reply, batch: readonly StageItem[]): Reply {
  const { error } = reply;
  if (error?.errors === undefined) return reply;
  const lists = {
    configs: batch.filter(({ config }) => config !== undefined),
    remove: batch.filter(({ config }) => config === undefined),
  };
  const located = (item: ProblemItem): ProblemItem => {
    const [, list, index, rest] = /^\/params\/(configs|remove)\/(\d+)(.*)$/s.exec(item.pointer ?? '') ?? [];
    const origin = list === undefined ? undefined : lists[list as keyof typeof lists][Number(index)];
    if (origin === undefined) return item;
    return { ...item, name: `${origin.origin} ${origin.name}`, pointer: rest ?? '' };
  };
  return { ...reply, error: { ...error, errors: error.errors.map(located) } };
}
