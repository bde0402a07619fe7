import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headLine, makeHead, readHeadKey } from '../../../src/core/heads.js';
import { stateAt } from '../../support/head-states.js';
import { run } from './run-cli.js';

describe('stageline heads', () => {
  let cwd: string;
  const heads = (...args: readonly string[]) => run(['heads', ...args], { cwd });
  const signed = (position: number) =>
    headLine(makeHead(stateAt(position), readHeadKey(readFileSync(join(cwd, 'key.pem'), 'utf8'))));

  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'stageline-heads-'));
    await heads('keygen', '--out', 'key.pem');
  });

  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('keygen writes a private key for its owner alone, with the public one beside it', async () => {
    expect(statSync(join(cwd, 'key.pem')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(cwd, 'key.pem.pub'), 'utf8')).toContain('BEGIN PUBLIC KEY');
  });

  it('keygen replaces no key', async () => {
    const before = readFileSync(join(cwd, 'key.pem'), 'utf8');
    expect(await heads('keygen', '--out', 'key.pem')).toMatchObject({ code: 2 });
    expect(readFileSync(join(cwd, 'key.pem'), 'utf8')).toBe(before);
  });

  it('check takes what was signed, in order', async () => {
    writeFileSync(join(cwd, 'heads'), `${signed(3)}\n${signed(9)}\n`);
    const { code, out } = await heads('check', 'heads', '--key', 'key.pem.pub');
    expect([code, out]).toEqual([0, '2 good heads, the last of position 9 (2026-01-01T00:00:09.000Z)']);
  });

  it('check names what is wrong by its line and ends with 1', async () => {
    writeFileSync(
      join(cwd, 'heads'),
      [signed(3), signed(9).replace('"position":9', '"position":8')].join('\n'),
    );
    const { code, err } = await heads('check', 'heads', '--key', 'key.pem.pub');
    expect(code).toBe(1);
    expect(err).toContain('line 2 has a signature that does not fit');
    const json = await run(['heads', 'check', 'heads', '--key', 'key.pem.pub', '--json'], { cwd });
    expect(JSON.parse(json.out)).toMatchObject({
      heads: 1,
      signaturesChecked: true,
      problems: [{ line: 2 }],
    });
  });

  it('check says what it did not look at', async () => {
    writeFileSync(join(cwd, 'heads'), signed(3));
    expect((await heads('check', 'heads')).out).toContain('signatures were not looked at');
    writeFileSync(join(cwd, 'heads'), headLine(makeHead(stateAt(3), undefined)));
    expect((await heads('check', 'heads')).out).toContain('not signed');
  });

  it('check refuses a private key, and files that are not there', async () => {
    writeFileSync(join(cwd, 'heads'), signed(3));
    expect(await heads('check', 'heads', '--key', 'key.pem')).toMatchObject({
      code: 2,
      err: expect.stringContaining('private key') as string,
    });
    expect(await heads('check', 'nothing')).toMatchObject({ code: 2 });
  });

  it('verify takes a key only with heads', async () => {
    expect(await run(['verify', '--heads-key', 'key.pem.pub'], { cwd })).toMatchObject({ code: 2 });
  });
});
