import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problem } from '../errors.js';
import { SECURITY_HEADERS } from './plugins/security-headers.js';
import { BAD_REQUEST } from './problem-reply.js';

/** Answers what is no HTTP request at all: no route, hook or handler sees it. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  // An answer that is under way, such as a stream, would go on with this one in the middle of it. Node's own handler looks
  // there too: nothing public says which answer a connection is busy with.
  const { _httpMessage: underWay } = socket as { _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || !socket.writable || underWay?.headersSent === true) {
    socket.destroy();
    return;
  }
  const [status, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers of this request are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not come to its end in time.']
        : ['400 Bad Request', 'This is not a valid HTTP request.'];
  const { headers, body } = told(Number(status.slice(0, 3)), detail);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Answers a request that expects of the service what it cannot do: Node itself would say nothing but the status. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { headers, body } = told(417, 'The header Expect may be 100-continue; leave it out otherwise.');
  response.writeHead(417, headers).end(body);
}

function told(
  status: number,
  detail: string,
): { readonly headers: Readonly<Record<string, string | number>>; readonly body: string } {
  const body = JSON.stringify({ ...problem(BAD_REQUEST, detail), status });
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  return { headers, body };
}
