import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Role } from '../../src/core/roles.js';
import type { Reply } from '../../src/core/types.js';

/** Somebody with a token. */
export interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
  /** @defaultValue all */
  readonly projects?: readonly string[];
}

/** Makes tokens as an identity provider does. */
export interface Provider {
  /** What the service has to be started with. */
  readonly env: Readonly<Record<string, string>>;
  token(person: Person, lifeSeconds?: number): Promise<string>;
}

export function createProvider(): Provider {
  const secret = randomBytes(48);
  const file = join(mkdtempSync(join(tmpdir(), 'stageline-keys-')), 'hs256.key');
  writeFileSync(file, secret, { mode: 0o600 });
  return {
    env: { STAGELINE_AUTH_HS256_SECRET_FILE: file },
    token: ({ name, roles, projects = ['*'] }, lifeSeconds = 600) =>
      new SignJWT({ roles, projects })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(name)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + lifeSeconds)
        .sign(createSecretKey(secret)),
  };
}

/** One bearer of a token at a service. */
export interface Bearer {
  send(command: string, params: object, more?: object): Promise<Reply>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The body of a 200, as JSON. */
  read(path: string): Promise<unknown>;
}

export function bearerAt(url: string, token: string): Bearer {
  const ask: Bearer['fetch'] = (path, init = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
    });
  return {
    fetch: ask,
    async send(command, params, more = {}) {
      const response = await ask('/v1/commands?waitMs=20000', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: randomUUID(), command, params, ...more }),
      });
      return (await response.json()) as Reply;
    },
    async read(path) {
      const response = await ask(path);
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
  };
}
