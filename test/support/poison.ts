import { invalid, text, type Draw, type Made, type Poison } from './poison-draw.js';
import { INVALID } from './poison-invalid.js';
import { UNDERSTOOD } from './poison-understood.js';
import { UNREAD } from './poison-unread.js';

const KINDS = [...Object.entries(UNREAD), ...Object.entries(INVALID), ...Object.entries(UNDERSTOOD)];

/** Draws messages of every kind; the same `random` gives the same ones. */
export function poisonOf(random: () => number, number: number): Poison {
  const int = (below: number): number => Math.floor(random() * below);
  const pick = <T>(from: readonly T[]): T => from[int(from.length)] as T;
  const draw: Draw = { id: uuidOf(int), via: int(4) === 0 ? 'results' : 'commands', int, pick };
  const [kind, make] = KINDS[number % KINDS.length] as (typeof KINDS)[number];
  return finish(kind, draw, make(draw));
}

/** A message as large as the bus takes. */
export function hugePoison(random: () => number, bytes: number): Poison {
  const int = (below: number): number => Math.floor(random() * below);
  const draw: Draw = { id: uuidOf(int), via: 'commands', int, pick: (from) => from[0] as never };
  const frame = text(draw, { params: { x: '' } }).length;
  return finish('huge', draw, invalid(text(draw, { params: { x: 'y'.repeat(bytes - frame) } }), 'TOO_LARGE'));
}

function finish(kind: string, { id, via, int, pick }: Draw, made: Made): Poison {
  return {
    ...{ kind, via, id, fate: made.fate, code: made.code },
    payload: Buffer.from(made.payload as string),
    key: pick([undefined, 'default', '', '__proto__', 'x'.repeat(1_000), '\u0000']),
    properties:
      int(4) === 0
        ? (JSON.parse('{"__proto__":"x","ticket":"hunter2-ticket","":"y"}') as Record<string, string>)
        : {},
  };
}

function uuidOf(int: (below: number) => number): string {
  const hex = Array.from({ length: 32 }, () => int(16).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}
