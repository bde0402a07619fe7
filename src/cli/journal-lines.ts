import { pause } from '../core/pause.js';
import { createChain } from '../history/chain.js';
import type { NamedLine } from '../history/line-source.js';
import { splitLines } from '../history/split-lines.js';
import type { Client } from './client.js';
import { EXIT, Exit } from './exit.js';

/** Tries in a row that bring nothing; then the command ends. */
const MAX_TRIES = 5;

export interface LinesWanted {
  /** The first position. @defaultValue 1 */
  readonly from?: number | undefined;
  /** The last position. @defaultValue where the journal ends now */
  readonly to?: number | undefined;
}

/** The journal of a running service, followed hash for hash; a stream that is cut is taken up where it was left. */
export async function* journalLines(
  client: Client,
  { from = 1, to }: LinesWanted,
  { pauseMs = 500 } = {},
): AsyncGenerator<NamedLine, void> {
  const chain = createChain({ anywhere: from > 1 });
  let next = from;
  let end = to;
  let first: string | undefined;
  for (let tries = 1; ; tries += 1) {
    const stop = new AbortController();
    const stream = await client.journal({ from: next, to: end, signal: stop.signal });
    end ??= stream.to;
    first ??= stream.origin;
    if (stream.origin !== first)
      throw new Exit(EXIT.failed, 'the service has another journal now; begin anew');
    try {
      for await (const bytes of uncut(stream.body)) {
        yield { line: chain.add(bytes), origin: first };
        next += 1;
        tries = 0;
      }
    } finally {
      stop.abort();
    }
    if (next > end) return;
    if (tries >= MAX_TRIES) {
      throw new Exit(EXIT.unreachable, `the journal was cut off ${tries} times behind position ${next - 1}`);
    }
    await pause(pauseMs);
  }
}

/** The whole lines of a stream; where it is cut off it ends. */
async function* uncut(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  const lines = splitLines(body);
  for (;;) {
    const line = await lines.next().catch(() => undefined);
    if (line === undefined || line.done === true) return;
    yield line.value;
  }
}
