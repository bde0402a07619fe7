import type { FastifyReply } from 'fastify';
import { redactText } from '../core/redact-text.js';
import { redact } from '../core/redact.js';
import type { Problem, ProblemItem } from '../core/types.js';
import { codeEntry, problem, toProblem, type Code } from '../errors.js';

/** What is told about a request that no route can understand: a query parameter, a header, the request line. */
export const BAD_REQUEST: Code = 'INVALID_REQUEST';

/** What is told of a fault on our side: what went wrong in there stays in the log. */
const OUR_SIDE: Partial<Record<string, string>> = {
  ENGINE_UNAVAILABLE:
    'An engine that Stageline needs does not answer; GET /readyz says which. Try again later.',
  CLOSED: 'This instance is stopping. Try another one, or again later.',
  LEASE_HELD: 'Another instance is at work. Try again later.',
  LEASE_LOST: 'Another instance is taking over. Try again later.',
  CONFLICT: 'Someone else was faster. Try again.',
};

interface FastifyFault extends Error {
  readonly code: string;
  readonly statusCode?: number;
  readonly validation?: readonly ValidationFault[];
  readonly validationContext?: string;
}

interface ValidationFault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Makes the problem for anything that a request failed with. */
export function problemOf(error: unknown, maxBytes: number): Problem {
  if (hasLeft(error)) return problem(BAD_REQUEST, 'The request did not come to its end.');
  if (!isFastifyFault(error)) {
    const made = toProblem(error);
    if (made.status < 500 || made.code === 'NOT_REACHED') return made;
    return problem(
      made.code as Code,
      OUR_SIDE[made.code] ?? 'Something failed inside the service; its log says what.',
    );
  }
  if (error.validation !== undefined) {
    const context =
      error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'request');
    const items = error.validation.map((fault) => itemOf(fault, context));
    return problem(BAD_REQUEST, `The ${context} of this request is not right.`, items);
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem('TOO_LARGE', `The body is larger than ${maxBytes} bytes; cut the command into several.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem('UNSUPPORTED_MEDIA_TYPE', 'Send the header Content-Type: application/json.');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return problem(BAD_REQUEST, 'The body does not have the length that Content-Length names.');
    case 'FST_ERR_BAD_URL':
      return problem(BAD_REQUEST, 'The path is not valid: a "%" must be followed by two hexadecimal digits.');
    default:
      return (error.statusCode ?? 500) < 500
        ? problem(BAD_REQUEST, 'The request is not valid HTTP for this route.')
        : toProblem(undefined);
  }
}

/** Answers with a problem; whatever was set for a success is taken back. */
export function sendProblem(reply: FastifyReply, told: Problem): FastifyReply {
  if (codeEntry(told.code).status === 429 || told.status === 503) void reply.header('retry-after', '2');
  return reply
    .removeHeader('etag')
    .code(told.status)
    .type('application/problem+json')
    .send(
      Buffer.from(
        JSON.stringify(redact({ ...told, instance: redactText(reply.request.url.split('?', 1)[0] ?? '') })),
      ),
    );
}

/** The client went in the middle of its own request: nobody hears the answer, and it is no fault of ours. */
function hasLeft(error: unknown): boolean {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return code === 'ECONNRESET' && message === 'aborted';
}

function isFastifyFault(error: unknown): error is FastifyFault {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('FST_')
  );
}

function itemOf(fault: ValidationFault, context: string): ProblemItem {
  const at = `/${context}${fault.instancePath}`;
  if (fault.keyword === 'additionalProperties') {
    const name = String(fault.params['additionalProperty']);
    return {
      pointer: `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'UNKNOWN_FIELD',
      detail: `"${name}" is not known here; GET /v1/openapi.json says what is.`,
    };
  }
  return { pointer: at, code: BAD_REQUEST, detail: fault.message ?? 'is not valid' };
}
