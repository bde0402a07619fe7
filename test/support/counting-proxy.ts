import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that went through, in the order in which they came. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  /** The status that came back; 0: none did. */
  status: number;
  /** What came back. */
  text: string;
}

export interface CountingProxy {
  readonly url: string;
  readonly passed: readonly Passed[];
  close(): Promise<void>;
}

/** Passes requests on to a server and keeps what was asked and answered. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const one: Passed = { method, path, status: 0, text: '' };
    passed.push(one);
    const onward = send(new URL(path, target), { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.on('data', (chunk: Buffer) => (one.text += chunk.toString()));
      response.on('end', () => (one.status = response.statusCode ?? 0));
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
