import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError, messageOf } from '../../errors.js';
import { BeamFault } from './fault.js';

const inflate = promisify(gunzip);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Who sends is not for whoever reads; Go keeps `Host` apart from the headers. */
const KEPT_BACK: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'host']);

/** What a request brings for the topic. */
export interface Brought {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** The query parameter `includeHeaders`. */
  readonly includeHeaders: string | undefined;
}

/** The payload to publish, inflated if it came as gzip and never larger than `maxBytes`. */
export async function payloadOf(
  { body, headers, includeHeaders }: Brought,
  maxBytes: number,
): Promise<Buffer> {
  const plain = await plainBody(body, headers['content-encoding'], maxBytes);
  if (includeHeaders === undefined || includeHeaders === 'false') return plain;
  return withHeaders(plain, headers);
}

async function plainBody(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return body;
    case 'gzip':
      break;
    default:
      throw new BeamFault(415, 'Content-Encoding may be gzip; send the body as it is otherwise');
  }
  try {
    // It stops there: a few kilobytes can inflate to gigabytes.
    return await inflate(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AppError('TOO_LARGE', `The body inflates to more than ${maxBytes} bytes.`, { cause });
    throw new BeamFault(422, `the body cannot be inflated as gzip: ${messageOf(cause)}`, { cause });
  }
}

function withHeaders(body: Buffer, headers: IncomingHttpHeaders): Buffer {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    const detail = 'includeHeaders puts the body into JSON, and it is not UTF-8; leave the parameter out';
    throw new BeamFault(422, detail, { cause });
  }
  const shown = Object.entries(headers).flatMap(([name, value]) =>
    KEPT_BACK.has(name) || value === undefined ? [] : [[canonicalName(name), [value].flat()] as const],
  );
  return Buffer.from(JSON.stringify({ headers: Object.fromEntries(shown), body: text }));
}

/** `content-type` as Go writes it: `Content-Type`. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
