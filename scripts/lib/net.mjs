// Small network helpers on loopback.
import { request } from 'node:http';
import { createServer } from 'node:net';
import { UserError } from './cli.mjs';

export const LOOPBACK = '127.0.0.1';

/** Fails when something listens on the port already; `variable` is what to set to use another one. */
export async function requireFreePort(port, variable, purpose) {
  const server = createServer();
  await new Promise((done, failed) => {
    server.once('error', failed);
    server.listen({ port, host: LOOPBACK, exclusive: true }, done);
  }).catch((error) => {
    const reason = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
    throw new UserError(`port ${port} (${purpose}) can't be used: ${reason}. Stop that, or set ${variable}`);
  });
  await new Promise((done) => server.close(done));
}

/** One request, answered as status and text; status 0 means no answer in time. Redirects are answers. */
export function ask(method, url, { timeoutMs = 3000, token } = {}) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return new Promise((done) => {
    const call = request(url, { method, headers, agent: false, timeout: timeoutMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => done({ status: response.statusCode, text }));
      response.on('error', (error) => done({ status: 0, text: error.message }));
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', (error) => done({ status: 0, text: error.message || error.code }));
    call.end();
  });
}
