import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../errors.js';
import type { Context } from './context.js';
import { usage } from './exit.js';

/** What a token is made of: a line end, or a header smuggled along, is none. */
const TOKEN = /^[\x21-\x7e]+$/;

/** The token of whoever uses the command line: from a file, or from the environment; never from an argument, which others see. */
export function readToken({ sources }: Context, file: string | undefined): string | undefined {
  const { env, cwd } = sources;
  const path = file ?? given(env['STAGELINE_TOKEN_FILE']);
  const [token, from] =
    path === undefined
      ? [given(env['STAGELINE_TOKEN']), 'STAGELINE_TOKEN']
      : [read(resolve(cwd, path)), path];
  if (token !== undefined && !TOKEN.test(token)) throw usage(`${from} holds no token`);
  return token;
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw usage(`the token cannot be read: ${messageOf(error)}`);
  }
}
