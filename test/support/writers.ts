import { admit, EMPTY_JOURNAL } from '../../src/core/journal.js';
import type { JournalRecord } from '../../src/core/types.js';
import type { ReceivedMessage } from '../../src/ports/bus.js';

/** Where an instance stands, as `/v1/status` tells it. */
export interface LeaseStanding {
  readonly state: 'leading' | 'standby' | 'starting' | 'none';
  readonly epoch: number;
  /** The instance holds the lease and takes commands. */
  readonly works: boolean;
  readonly voidMessages: number;
}

interface Status {
  readonly lease: { readonly state: LeaseStanding['state']; readonly epoch: number };
  readonly counters: { readonly voidMessages: number };
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
}

/** Asks an instance where it stands; undefined while it does not answer. */
export async function leaseOf(url: string): Promise<LeaseStanding | undefined> {
  try {
    const response = await fetch(`${url}/v1/status`, { signal: AbortSignal.timeout(5_000) });
    const { lease, counters, checks } = (await response.json()) as Status;
    const works = lease.state === 'leading' && checks.some(({ name, ok }) => name === 'writer' && ok);
    return { ...lease, works, voidMessages: counters.voidMessages };
  } catch {
    return undefined;
  }
}

/** Waits until an instance stands as wanted; resolves with the time it took. */
export async function standsAs(
  url: string,
  wanted: (standing: LeaseStanding) => boolean,
  withinMs: number,
): Promise<number> {
  const begun = Date.now();
  let last: LeaseStanding | undefined;
  while (Date.now() - begun < withinMs) {
    last = (await leaseOf(url)) ?? last;
    if (last !== undefined && wanted(last)) return Date.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} stands after ${withinMs} ms as ${JSON.stringify(last)}`);
}

/** Records in a journal that do not count, each with the epoch that its message carries. */
export function voidRecords(
  messages: readonly ReceivedMessage[],
): { readonly epoch: number; readonly record: JournalRecord }[] {
  let state = EMPTY_JOURNAL;
  return messages.flatMap((message) => {
    const admission = admit(state, message);
    if (admission.kind !== 'void') {
      state = admission.state;
      return [];
    }
    if (!admission.records) return [];
    const epoch = Number(message.properties['epoch']);
    const lines = message.payload.toString().split('\n');
    return lines.map((line) => ({ epoch, record: JSON.parse(line) as JournalRecord }));
  });
}

/** Sends a command over HTTP; resolves with what was answered, whatever it is. */
export async function sendTo(
  url: string,
  command: object,
  waitMs = 30_000,
): Promise<{ readonly status: string; readonly position: number }> {
  const response = await fetch(`${url}/v1/commands?waitMs=${waitMs}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  return (await response.json()) as { status: string; position: number };
}
