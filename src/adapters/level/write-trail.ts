import type { Database, Operation } from './database.js';
import { SEPARATOR } from './database.js';

/**
 * How far back the trail reaches, in bytes of documents: twice what LevelDB keeps in its logs before it is in a synced
 * file (WRITE_BUFFER_BYTES in database.ts; one buffer may be filling while another is written).
 */
const KEPT_BYTES = 40 * 1024 * 1024;
const DIGITS = 16;

const PREFIX = `t${SEPARATOR}`;
const END = 't\x01';
const keyOf = (number: number): string => PREFIX + String(number).padStart(DIGITS, '0');

/** A number in every batch of writes, so that one that is missing between two others is noticed. */
export interface WriteTrail {
  /** What goes into the next batch, which holds so many bytes of documents. */
  next(bytes: number): Operation[];
}

/**
 * Reads the trail. LevelDB begins a new log whenever its buffer is full; after a loss of power the end of the one before may
 * be missing although the new one is there. `whole` is false then: documents in the middle are lost.
 */
export async function readTrail(
  db: Database,
): Promise<{ readonly trail: WriteTrail; readonly whole: boolean }> {
  const found = await db.iterator({ gte: PREFIX, lt: END }).all();
  const kept = found.map(([key, value]) => ({
    number: Number(key.slice(PREFIX.length)),
    bytes: Number(value.toString()),
  }));
  const whole = kept.every(
    ({ number }, index) => index === 0 || number === (kept[index - 1]?.number ?? 0) + 1,
  );
  let last = kept.at(-1)?.number ?? 0;
  let sum = kept.reduce((total, { bytes }) => total + bytes, 0);
  let oldest = 0;

  return {
    whole,
    trail: {
      next(bytes) {
        last += 1;
        sum += bytes;
        kept.push({ number: last, bytes });
        const operations: Operation[] = [
          { type: 'put', key: keyOf(last), value: Buffer.from(String(bytes)) },
        ];
        for (
          let gone = kept[oldest];
          gone !== undefined && sum - gone.bytes > KEPT_BYTES;
          gone = kept[oldest]
        ) {
          operations.push({ type: 'del', key: keyOf(gone.number) });
          sum -= gone.bytes;
          oldest += 1;
        }
        // What is gone is cut off now and then: an array is slow to lose its first item.
        if (oldest > 1_000) {
          kept.splice(0, oldest);
          oldest = 0;
        }
        return operations;
      },
    },
  };
}

/** Takes the whole trail away. */
export async function clearTrail(db: Database): Promise<void> {
  await db.clear({ gte: PREFIX, lt: END });
}
