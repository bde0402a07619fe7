import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, messageOf } from '../errors.js';
import type { Log } from '../ports/system.js';
import type { Metrics } from './metrics.js';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Tells metrics on an address of their own: `GET /metrics`. */
export async function serveMetrics(
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  { host, port, log }: { readonly host: string; readonly port: number; readonly log: Log },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/metrics') {
      answer(response, 404, 'Metrics are at /metrics.\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, 'Metrics are read with GET.\n');
    } else {
      metrics.text().then(
        (text) => answer(response.setHeader('content-type', metrics.contentType), 200, text),
        (error: unknown) => {
          log.error({ err: error }, 'metrics-failed');
          answer(response, 500, 'The metrics cannot be told; the log says why.\n');
        },
      );
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const detail = `Metrics cannot listen on ${host}:${port}: ${messageOf(cause)}. Set STAGELINE_METRICS_HOST and STAGELINE_METRICS_PORT.`;
      reject(new AppError('INVALID_CONFIG', detail, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status, { 'x-content-type-options': 'nosniff' });
  response.end(text);
}
