// The sandbox behind Pulsar's REST paths, each call with some milliseconds added: a cluster that costs no CPU.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { product } from './product.mjs';

const PATH = /^\/admin\/v3\/(function|source|sink)s\/([^/]+)\/([^/]+)\/([^/]+)(\/status)?$/;

/** The parts of a form by name. */
function partsOf(body, contentType) {
  const boundary = `--${/boundary=(.+)$/.exec(contentType)?.[1] ?? ''}`;
  const parts = {};
  for (let at = body.indexOf(boundary); at >= 0;) {
    const next = body.indexOf(boundary, at + boundary.length);
    if (next < 0) break;
    const part = body.subarray(at + boundary.length + 2, next - 2);
    const split = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, split).toString();
    parts[/name="([^"]+)"/.exec(head)?.[1] ?? ''] = part.subarray(split + 4);
    at = next;
  }
  return parts;
}

function answerOf(functions, { method, url, headers }, body) {
  const [, type, tenant, namespace, name, status] = PATH.exec(url) ?? [];
  if (type === undefined) return { status: 404, reason: 'not in the sandbox' };
  const ref = { type, tenant, namespace, name };
  if (method === 'GET') return status === undefined ? functions.get(ref) : functions.status(ref);
  if (method === 'DELETE') return functions.delete(ref);
  const parts = partsOf(body, headers['content-type'] ?? '');
  const upsert = {
    ref,
    config: JSON.parse(parts[`${type}Config`].toString()),
    ...(parts.data === undefined ? {} : { data: { fileName: 'bench.jar', body: parts.data } }),
  };
  return method === 'POST' ? functions.create(upsert) : functions.update(upsert);
}

/** Serves a sandbox kept in a folder. */
export async function serveSandbox({ dir, addMs }) {
  const functions = await product('adapters/sandbox/sandbox-functions').createSandboxFunctions({ dir });
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      await pause(addMs);
      const { status, reason, body } = await answerOf(functions, request, Buffer.concat(chunks));
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : JSON.stringify(body ?? { reason }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    adminUrl: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await functions.close();
    },
  };
}
