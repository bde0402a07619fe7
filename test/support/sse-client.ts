import http from 'node:http';
import { pause } from '../../src/core/pause.js';

/** One block of an event stream. */
export interface SseBlock {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly retry?: string;
  readonly comment?: string;
}

/** A client that reads one stream. */
export interface SseClient {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly blocks: readonly SseBlock[];
  /** Blocks with data. */
  messages(): SseBlock[];
  /** Waits for this many messages, or fails after five seconds. */
  waitFor(count: number): Promise<SseBlock[]>;
  /** True once the server has ended the stream. */
  ended(): boolean;
  pause(): void;
  resume(): void;
  close(): void;
}

/** Opens a stream; without `read` it takes nothing from the socket until resume(). */
export function openStream(
  port: number,
  {
    path = '/v1/events',
    lastEventId,
    headers = {},
  }: { path?: string; lastEventId?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<SseClient> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        port,
        path,
        agent: false,
        headers: { ...headers, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      },
      (response) => {
        const blocks: SseBlock[] = [];
        let rest = '';
        let ended = false;
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const parts = (rest + chunk).split('\n\n');
          rest = parts.pop() ?? '';
          blocks.push(...parts.map(readBlock));
        });
        response.on('end', () => (ended = true));
        response.on('error', () => (ended = true));
        const messages = (): SseBlock[] => blocks.filter(({ data }) => data !== undefined);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          blocks,
          messages,
          async waitFor(count) {
            for (let waited = 0; messages().length < count && waited < 5_000; waited += 5) await pause(5);
            if (messages().length < count) throw new Error(`${messages().length} messages of ${count}`);
            return messages();
          },
          ended: () => ended,
          pause: () => response.pause(),
          resume: () => response.resume(),
          close: () => request.destroy(),
        });
      },
    );
    request.on('error', reject);
  });
}

function readBlock(text: string): SseBlock {
  const block: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    const field = at === 0 ? 'comment' : line.slice(0, at);
    const value = line.slice(at + 1).replace(/^ /, '');
    block[field] = field === 'data' && block[field] !== undefined ? `${block[field]}\n${value}` : value;
  }
  return block;
}
