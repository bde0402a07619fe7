import { auditId } from '../core/ids.js';
import { encodeRecord } from '../core/journal.js';
import type { AnyDocument, JournalRecord, Problem } from '../core/types.js';
import { AppError, hasCode, toProblem } from '../errors.js';
import type { Log } from '../ports/system.js';
import { foldRecord, touchedIds, type Versioned } from '../projections/fold.js';
import type { Outcome } from './outcome.js';
import type { Overlay } from './overlay.js';

/** Largest document, in bytes of JSON: half of what CouchDB takes by default. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** What a decision comes to, as the record holds it. */
export type Decided = Pick<JournalRecord, 'outcome' | 'events' | 'result' | 'error'>;

export interface RecordOptions {
  readonly overlay: Overlay;
  readonly maxRecordBytes: number;
  readonly log: Log;
}

/**
 * Makes the record and folds it before it is appended: a command that throws there, or would make a record or a document
 * larger than bus or store can take, becomes a record with outcome `failed` and no events.
 */
export async function makeRecord(
  options: RecordOptions,
  base: Omit<JournalRecord, 'outcome' | 'events'>,
  decided: Decided,
): Promise<Outcome & { kind: 'record' }> {
  const record: JournalRecord = { ...base, ...decided };
  const { line, hash } = encodeRecord(record);
  const head = { position: record.position, hash, time: record.time };
  try {
    if (line.length > options.maxRecordBytes) {
      throw new AppError(
        'TOO_LARGE',
        `The command would make a record of ${line.length} bytes, ${options.maxRecordBytes} fit; cut it into several.`,
      );
    }
    options.overlay.expectNone(auditId(record.position));
    const before = await options.overlay.versions(touchedIds(record));
    const folded = foldRecord(record, before);
    checkSizes(folded, before, line.length);
    return { kind: 'record', line, head, record, folded };
  } catch (error) {
    if (decided.outcome === 'failed' || isEngineFault(error)) throw error;
    return makeRecord(options, base, {
      outcome: 'failed',
      error: failure(error, options.log, record.command.id),
      events: [],
    });
  }
}

/** Sizes of documents as last measured: what a fold adds to one is in its record, so it is at most that much larger. */
const measured = new WeakMap<AnyDocument, number>();

function checkSizes(
  folded: ReadonlyMap<string, Versioned>,
  before: ReadonlyMap<string, Versioned>,
  recordBytes: number,
): void {
  for (const [id, { document }] of folded) {
    if (document === undefined) continue;
    const known = before.get(id)?.document;
    const growth = recordBytes * 2 + 1_024;
    const atMost = known === undefined ? growth : (measured.get(known) ?? Infinity) + growth;
    const size = atMost <= MAX_DOCUMENT_BYTES / 2 ? atMost : JSON.stringify(document).length;
    if (size > MAX_DOCUMENT_BYTES)
      throw new AppError('TOO_LARGE', `The document ${id} would have ${size} bytes.`);
    measured.set(document, size);
  }
}

/** Faults of the engines end the term; everything else is the command's own. */
export function isEngineFault(error: unknown): boolean {
  return (
    hasCode(error, 'ENGINE_UNAVAILABLE') ||
    hasCode(error, 'CONFLICT') ||
    hasCode(error, 'NOT_FOUND') ||
    hasCode(error, 'CLOSED')
  );
}

/** What a caller is told of something thrown; the log has the rest. */
export function failure(error: unknown, log: Log, commandId: string): Problem {
  if (error instanceof AppError) return toProblem(error);
  log.error({ err: error, commandId }, 'command-failed');
  return toProblem(error);
}
