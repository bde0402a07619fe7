import { fn } from './configs.js';

export type Via = 'commands' | 'results';

/** A message that no client should send, and what must become of it. */
export interface Poison {
  readonly kind: string;
  readonly via: Via;
  readonly payload: Buffer;
  readonly key: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  /**
   * `unread`: a dead letter and no answer. `invalid`: both. `refused`: understood, answered and recorded. `tried`: understood
   * and answered, nothing recorded.
   */
  readonly fate: 'unread' | 'invalid' | 'refused' | 'tried';
  /** Code of dead letter and answer; undefined: accepted. */
  readonly code: string | undefined;
  /** Where it can be answered. */
  readonly id: string;
}

export type Made = Pick<Poison, 'fate' | 'code'> & { readonly payload: string | Buffer };

export interface Draw {
  readonly id: string;
  readonly via: Via;
  readonly int: (below: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
}

/** Names that objects have before anyone gives them one. */
export const TRAPS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
export const STRANGE: readonly unknown[] = [null, 7, -1.5, true, [], {}, [[]], '', 'x'.repeat(10_000)];

/** A command that is right, for each topic: both are refused, since there is no such set and no such release. */
export function right({ id, via }: Draw, more: object = {}): Record<string, unknown> {
  const asked =
    via === 'commands'
      ? { command: 'un-stage', params: { all: true } }
      : {
          command: 'record-deployment',
          params: {
            environment: 'test',
            release: 999,
            results: [{ function: fn('a'), outcome: 'deployed' }],
          },
        };
  return { id, project: 'poison', ...asked, ...more };
}

export const text = (draw: Draw, more?: object): string => JSON.stringify(right(draw, more));
/** JSON with a field written by hand in front. */
export const withRaw = (draw: Draw, raw: string, more?: object): string =>
  `{${raw},${text(draw, more).slice(1)}`;
/** JSON with a parameter written by hand. */
export const withParam = (draw: Draw, raw: string): string =>
  text(draw, { params: 'HERE' }).replace('"HERE"', `{${raw}}`);

export const unread = (payload: string | Buffer, code = 'INVALID_JSON'): Made => ({
  fate: 'unread',
  code,
  payload,
});
export const invalid = (payload: string | Buffer, code = 'INVALID_COMMAND'): Made => ({
  fate: 'invalid',
  code,
  payload,
});
export const refusal = ({ via }: Draw): string =>
  via === 'commands' ? 'UNKNOWN_STAGE_SET' : 'UNKNOWN_RELEASE';
export const refused = (payload: string | Buffer, code: string): Made => ({ fate: 'refused', code, payload });
