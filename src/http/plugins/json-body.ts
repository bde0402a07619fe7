import fp from 'fastify-plugin';
import { AppError } from '../../errors.js';
import { findJsonFault } from '../json-fault.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON and says exactly where it is none. */
export function parseJson(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new AppError('INVALID_JSON', 'The body is not UTF-8.', { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const fault = findJsonFault(text);
    if (fault === undefined) throw new AppError('INVALID_JSON', 'The body is not JSON.', { cause });
    const found =
      fault.position < text.length ? `found ${JSON.stringify(text.charAt(fault.position))}` : 'the text ends';
    const { position, line, column, expected } = fault;
    throw new AppError(
      'INVALID_JSON',
      `Not JSON at position ${position} (line ${line}, column ${column}): ${expected}, ${found}.`,
      { cause },
    );
  }
}

/** Takes application/json and nothing else: a page of another site cannot send that without being asked first. */
export const jsonBody = fp(
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => parseJson(body),
    );
  },
  { name: 'json-body' },
);
