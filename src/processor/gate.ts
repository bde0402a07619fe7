import type { AnyCommand, CommandDefinition, Meta, SeenDocument } from '../core/decision.js';
import { answeredId } from '../core/ids.js';
import { pointerTo } from '../core/json-pointer.js';
import { shapeFaults } from '../core/secret-literals.js';
import type { Actor, Command, Problem, ProblemItem, Reply } from '../core/types.js';
import { seenBy } from '../core/seen-by.js';
import { validator } from '../core/validate.js';
import { problem, problemAt, type Code } from '../errors.js';
import type { Overlay } from './overlay.js';

/** A command that can be decided. */
export type Ready = Command & { readonly id: string; readonly project: string };

/** A command's definition where its types do not matter. */
export type Typed = CommandDefinition<unknown, unknown>;

/** True if replies may go to this topic. */
export function allowedReply(topic: string, prefixes: readonly string[]): boolean {
  return (
    /^persistent:\/\/[^/]+\/[^/]+\/[^/]+$/.test(topic) && prefixes.some((prefix) => topic.startsWith(prefix))
  );
}

/** More faults than this help nobody, and must fit into a reply. */
const MAX_FAULTS = 100;

/** What is wrong with a command, all of it at once. */
export function paramFaults(definition: AnyCommand, command: Ready, meta: Meta): Problem | undefined {
  const { schema, check, allowedLiterals } = definition as unknown as Typed;
  let faults: ProblemItem[] = validator(schema)(command.params, '/params');
  // Every command passes here, and what passes is kept for ever: texts are looked at wherever they stand in it.
  const { ticket: _ticket, ...told } = command as Ready & { readonly ticket?: unknown };
  let literals = shapeFaults(told, '');
  if (faults.length === 0) {
    const allowed = literals.length === 0 ? undefined : allowedLiterals?.(command.params);
    literals = literals.filter(({ pointer = '' }) => allowed?.has(pointer) !== true);
    faults = check?.(command.params, meta) ?? [];
  }
  const known = new Set(faults.map(({ pointer }) => pointer));
  faults = [...literals.filter(({ pointer }) => !known.has(pointer)).slice(0, MAX_FAULTS), ...faults];
  if (faults.length === 0) return undefined;
  const code = (faults.find((fault) => fault.code === 'SECRET_LITERAL' || fault.code === 'TOO_LARGE')?.code ??
    'INVALID_COMMAND') as Code;
  return problem(
    code,
    `The parameters of ${definition.name} have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}; nothing was changed.`,
    faults,
  );
}

/** The same id again: the first reply for the same command of the same actor, a refusal for anything else. */
export async function repeated(
  overlay: Overlay,
  asked: { id: string; hash: string; actor: Actor },
): Promise<{ kind: 'same'; reply: Reply } | { kind: 'other'; problem: Problem } | undefined> {
  const id = answeredId(asked.id);
  const document = (await overlay.versions([id])).get(id)?.document;
  if (document?.kind !== 'answered') return undefined;
  if (document.commandHash === asked.hash && document.actor === asked.actor.name)
    return { kind: 'same', reply: document.reply };
  return {
    kind: 'other',
    problem: problemAt(
      '/id',
      'ID_REUSED',
      'This id was used for another command or by another caller; take a new one.',
    ),
  };
}

/** The same command, decided already. */
export function alwaysRejects(definition: AnyCommand, refusal: Problem): Typed {
  return {
    ...(definition as unknown as Typed),
    kind: 'change',
    load: async () => undefined,
    decide: () => ({ kind: 'rejected', problem: refusal }),
  };
}

/** Documents that are not where the caller expects them. */
export async function unmet(
  overlay: Overlay,
  expect: Command['expect'],
  actor: Actor,
): Promise<Problem | undefined> {
  const entries = Object.entries(expect ?? {}) as [string, number][];
  if (entries.length === 0) return undefined;
  const seen = await overlay.load.get(entries.map(([id]) => id));
  const errors = entries
    // What somebody may not see is not there for him.
    .map(([id, position]) => ({ id, position, actual: positionFor(actor, seen.get(id)) }))
    .filter(({ position, actual }) => position !== actual)
    .map(({ id, position, actual }) => ({
      pointer: pointerTo('/expect', id),
      name: id,
      code: 'EXPECTATION_FAILED',
      detail:
        actual === 0
          ? `does not exist, position ${position} was expected`
          : `is at position ${actual}, ${position} was expected`,
    }));
  return errors.length === 0
    ? undefined
    : problem('EXPECTATION_FAILED', 'Documents have changed; read them again and decide anew.', errors);
}

function positionFor(actor: Actor, seen: SeenDocument | undefined): number {
  return seen === undefined || seenBy(actor, seen.document) === undefined ? 0 : seen.position;
}
