import fp from 'fastify-plugin';
import { roundedNumber } from '../../core/json-numbers.js';
import { parseJson as parseText } from '../../core/parse-json.js';
import { AppError } from '../../errors.js';
import { notJson } from '../../core/json-fault.js';

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
    const value = parseText(text);
    refuseRounded(text);
    return value;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('INVALID_JSON', notJson(text), { cause });
  }
}

/** What goes to the topic is written anew: a number that was rounded here could not be told there. */
function refuseRounded(text: string): void {
  const rounded = roundedNumber(text);
  if (rounded === undefined) return;
  throw new AppError('INVALID_JSON', `The number ${rounded} cannot be kept exactly; write it as a string.`);
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
