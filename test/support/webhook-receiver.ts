import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that a receiver got. */
export interface Received {
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A receiver of webhooks on loopback. */
export interface WebhookReceiver {
  readonly origin: string;
  readonly received: readonly Received[];
  /** What the following requests are answered with; undefined: nothing, ever. */
  answer(by: (request: Received) => WebhookAnswer | undefined): void;
  /** Waits until so many requests have come. */
  count(number: number, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let answer: (request: Received) => WebhookAnswer | undefined = () => ({ status: 204 });
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(one);
      const said = answer(one);
      if (said !== undefined) response.writeHead(said.status, said.headers).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answer: (by) => (answer = by),
    async count(number, withinMs = 20_000) {
      for (const end = Date.now() + withinMs; received.length < number;) {
        if (Date.now() > end) throw new Error(`${received.length} of ${number} requests came`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
