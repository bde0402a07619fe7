import fc from 'fast-check';
import { listCommands } from '../../src/commands/registry.js';
import { examplesOf } from '../../src/http/openapi-schemas.js';

/** Names and values that programs have tripped over before. */
export const NASTY: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  '\u0000',
  '\r\nX-Injected: 1',
  '\n\nevent: x\ndata: y',
  '\u2028',
  '../../etc/passwd',
  'persistent://a/b/c',
  'a/b/c',
  '$secret',
  '%00',
  '${jndi:ldap://x}',
  '\ud800',
  'a'.repeat(10_000),
];
const nasty = fc.constantFrom<unknown>(...NASTY, -1, 0, 1e308, 2 ** 53, null, true, [], {}, [[[[[[]]]]]]);
const value = fc.oneof(nasty, fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: 'grapheme' }), fc.integer());
const key = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 }));

// Those that are answered out of the journal are left out: there is none here.
const commands = listCommands(['test', 'prod', 'nowhere'])
  .filter(({ kind }) => kind !== 'history')
  .map(({ name, schema }) => ({ name, params: examplesOf(schema)[0] ?? {} }));

/** A change of a value: at a place that a walk by these numbers comes to, something else is put. */
interface Change {
  readonly way: readonly number[];
  readonly key: string;
  readonly to: unknown;
  readonly how: 'replace' | 'add' | 'remove';
}
const change: fc.Arbitrary<Change> = fc.record({
  // Mostly into the params, which come first: a command without its id or name is refused before all else.
  way: fc
    .tuple(
      fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }),
      fc.array(fc.nat(20), { maxLength: 5 }),
    )
    .map(([first, further]) => [first, ...further]),
  key,
  to: value,
  how: fc.constantFrom('replace', 'add', 'remove'),
});

type Json = Record<string, unknown>;

/** Puts something else somewhere into a copy. Names are set as JSON sets them: `__proto__` is one like any other. */
function changed(whole: unknown, { way, key: name, to, how }: Change): unknown {
  const copy = structuredClone(whole) as Json;
  let node: Json = copy;
  let [parent, at]: [Json, string] = [copy, Object.keys(copy)[0] ?? ''];
  for (const step of way) {
    const keys = Object.keys(node);
    if (keys.length === 0) break;
    [parent, at] = [node, keys[step % keys.length] ?? ''];
    const next = node[at];
    if (typeof next !== 'object' || next === null) break;
    node = next as Json;
  }
  if (how === 'replace') put(parent, at, to);
  else if (how === 'add') put(node, name, to);
  else if (!Array.isArray(parent)) Reflect.deleteProperty(parent, at);
  return copy;
}

function put(object: Json, name: string, to: unknown): void {
  Object.defineProperty(object, name, { value: to, enumerable: true, configurable: true, writable: true });
}

const envelope = fc
  .record({
    command: fc.constantFrom(...commands),
    id: fc.uuid(),
    project: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('pricing', 'default') },
      { weight: 1, arbitrary: fc.constantFrom('UP', '__proto__', '') },
    ),
    changes: fc.array(change, { maxLength: 3 }),
    dryRun: fc.boolean(),
  })
  .map(({ command: { name, params }, changes, dryRun, ...rest }): unknown => {
    const whole: unknown = { params, command: name, ...rest, ...(dryRun ? { dryRun } : {}) };
    return changes.reduce(changed, whole);
  });

/** What comes to the command topic: commands with something wrong in them, other JSON, and rubbish. */
export const payload: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: envelope.map((one) => Buffer.from(JSON.stringify(one))) },
  { weight: 1, arbitrary: value.map((one) => Buffer.from(JSON.stringify(one))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(envelope, fc.nat(2_000), fc.uint8Array({ minLength: 1, maxLength: 4 }))
      .map(([one, at, bytes]) => {
        const text = Buffer.from(JSON.stringify(one));
        Buffer.from(bytes).copy(text, at % Math.max(1, text.length));
        return text;
      }),
  },
);
