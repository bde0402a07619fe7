import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { sha256 } from '../../../src/core/canonical.js';
import {
  headLine,
  makeHead,
  readHeadKey,
  readHeadPublicKey,
  signatureFault,
} from '../../../src/core/heads.js';
import { readHeadLines } from '../../../src/core/heads-file.js';
import type { JournalHead } from '../../../src/core/types.js';
import { headKeys, stateAt } from '../../support/head-states.js';

const { key, publicKey, privatePem, publicPem } = headKeys();
const stranger = headKeys();

const lineAt = (position: number, more = {}, by = key): string =>
  headLine(makeHead(stateAt(position, more), by));
const problemsOf = (lines: readonly string[], by: typeof publicKey | undefined = publicKey) =>
  readHeadLines(lines.join('\n'), by).problems;

describe('a signed head', () => {
  it('is good with the public key of its signer', () => {
    const head = makeHead(stateAt(7), key);
    expect(signatureFault(head, publicKey)).toBeUndefined();
    expect(head).toMatchObject({ partition: 0, origin: 'origin', epoch: 1, position: 7, keyId: key.keyId });
  });

  it('is one line in canonical form, whatever the order of its fields', () => {
    const head = makeHead(stateAt(7), key);
    const turned = Object.fromEntries(Object.entries(head).reverse()) as unknown as JournalHead;
    expect(headLine(turned)).toBe(headLine(head));
    expect(signatureFault(turned, publicKey)).toBeUndefined();
    expect(headLine(head)).not.toContain('\n');
  });

  it('names another key than the one it is checked with', () => {
    expect(problemsOf([lineAt(7, {}, stranger.key)])).toEqual([
      { line: 1, detail: `is signed with the key ${stranger.key.keyId}, not with ${key.keyId}` },
    ]);
  });

  it('that names the right key and was signed with another is found', () => {
    const forged = { ...makeHead(stateAt(7), stranger.key), keyId: key.keyId };
    expect(problemsOf([headLine(forged)])[0]?.detail).toMatch(/does not fit/);
  });

  it('is refused where any value was changed', () => {
    const other: { [K in keyof JournalHead]?: fc.Arbitrary<unknown> } = {
      partition: fc.nat(),
      origin: fc.string({ minLength: 1, maxLength: 20 }),
      epoch: fc.integer({ min: 1 }),
      position: fc.integer({ min: 1 }),
      hash: fc.string().map((text) => sha256(text)),
      time: fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
    };
    const change = fc
      .constantFrom(...(Object.keys(other) as (keyof JournalHead)[]))
      .chain((name) => (other[name] as fc.Arbitrary<unknown>).map((value) => ({ name, value })));
    const head = makeHead(stateAt(7), key);
    fc.assert(
      fc.property(change, ({ name, value }) => {
        fc.pre(value !== head[name]);
        expect(problemsOf([headLine({ ...head, [name]: value })])).toHaveLength(1);
      }),
    );
  });
});

describe('a file of heads', () => {
  it('gives the hash of each position, for any ascending positions', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 8 }),
        (some) => {
          const positions = some.sort((a, b) => a - b);
          const read = readHeadLines(`${positions.map((one) => lineAt(one)).join('\n')}\n`, publicKey);
          expect(read.problems).toEqual([]);
          expect([...read.heads].map(([position, { hash }]) => [position, hash])).toEqual(
            positions.map((position) => [position, stateAt(position).hash]),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is found out where two lines have changed places', () => {
    expect(problemsOf([lineAt(3), lineAt(9), lineAt(5)])).toEqual([
      { line: 3, detail: 'is of position 5, behind line 2, which is of position 9' },
    ]);
  });

  it('may hold the same head again, but not another hash for its position', () => {
    expect(problemsOf([lineAt(3), lineAt(3), lineAt(3, { hash: sha256('other') })])).toEqual([
      { line: 3, detail: 'gives position 3 another hash than line 2: there are two histories' },
    ]);
  });

  it('is of one journal, and its epochs do not fall', () => {
    expect(problemsOf([lineAt(3, { epoch: 2 }), lineAt(4, { origin: 'restored' }), lineAt(5)])).toEqual([
      { line: 2, detail: 'is of the journal restored, line 1 is of the journal origin' },
      { line: 3, detail: 'is of epoch 1, behind line 1, which is of epoch 2' },
    ]);
  });

  it('names lines that are no heads, by their number', () => {
    const found = problemsOf(['[1]', '', lineAt(3), 'hello', '{"position":"x"}']);
    expect(found.map(({ line }) => line)).toEqual([1, 4, 5]);
  });

  it('tells what a crash has cut short apart from what is wrong', () => {
    const cut = lineAt(4).slice(0, 100);
    expect(readHeadLines([lineAt(3), cut, lineAt(5)].join('\n'), publicKey)).toMatchObject({
      problems: [],
      cutShort: [2],
    });
  });

  it('may be unsigned, which is counted and, with a key, refused', () => {
    const unsigned = headLine(makeHead(stateAt(3), undefined));
    expect(readHeadLines(unsigned, undefined)).toMatchObject({ problems: [], unsigned: 1 });
    expect(problemsOf([unsigned])).toEqual([{ line: 1, detail: 'is not signed' }]);
  });
});

describe('a key', () => {
  it('is refused where it is none, another kind, or the other half of the pair', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => readHeadKey('hello')).toThrow(/no Ed25519 private key/);
    expect(() => readHeadKey(pem)).toThrow(/no Ed25519 private key/);
    expect(() => readHeadKey(publicPem)).toThrow(/no Ed25519 private key/);
    expect(() => readHeadPublicKey(privatePem)).toThrow(/is a private key/);
    expect(() => readHeadPublicKey('hello')).toThrow(/no Ed25519 public key/);
  });
});
