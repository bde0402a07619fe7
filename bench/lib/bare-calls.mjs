// What deploying is compared with: the same calls to Pulsar's REST Admin API and nothing else.
import http from 'node:http';

const BOUNDARY = 'bench-9d1c3f5e7a';

/** A config (and a package) as the form that Pulsar takes. */
function formOf(config, jar) {
  const part = (head, body) => [Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([
    ...part(
      'Content-Disposition: form-data; name="functionConfig"\r\nContent-Type: application/json',
      Buffer.from(JSON.stringify(config)),
    ),
    ...(jar === undefined
      ? []
      : part(
          'Content-Disposition: form-data; name="data"; filename="bench.jar"\r\nContent-Type: application/octet-stream',
          jar,
        )),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

const pathOf = ({ tenant, namespace, name }) => `/admin/v3/functions/${tenant}/${namespace}/${name}`;

export const create = (config, jar) => ({ method: 'POST', path: pathOf(config), body: formOf(config, jar) });
export const update = (config) => ({ method: 'PUT', path: pathOf(config), body: formOf(config) });
export const read = (config) => ({ method: 'GET', path: pathOf(config) });
export const remove = (config) => ({ method: 'DELETE', path: pathOf(config) });

function send(adminUrl, agent, { method, path, body }) {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': body.length };
    const request = http.request(adminUrl + path, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends all requests, so many at once, and tells how long it took and what did not end with 2xx. */
export async function bareLoop({ adminUrl, requests, concurrency }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const failed = [];
  let next = 0;
  const began = performance.now();
  const worker = async () => {
    while (next < requests.length) {
      const request = requests[next++];
      const { status, text } = await send(adminUrl, agent, request).catch((error) => ({
        status: 0,
        text: error.message,
      }));
      if (status >= 300 || status === 0)
        failed.push(`${request.method} ${request.path}: ${status} ${text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const ms = performance.now() - began;
  agent.destroy();
  return { ms, failed };
}
