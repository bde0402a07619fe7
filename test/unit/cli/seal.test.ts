import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSealed } from '../../../src/core/sealed-form.js';
import { readPrivateKeys } from '../../../src/sealing/keys.js';
import { openFor } from '../../../src/sealing/open.js';
import { startFakeService } from './fake-service.js';
import { run, type RunOptions } from './run-cli.js';

const CONFIG = { tenant: 'acme', namespace: 'orders', name: 'enrich' };

describe('stageline seal', () => {
  let cwd: string;
  const seal = (args: readonly string[], options: RunOptions = {}) =>
    run(['seal', ...args], { cwd, ...options });
  const keys = () => readPrivateKeys(readFileSync(join(cwd, 'keys.json'), 'utf8'));
  const opened = (text: string) => openFor(text, { config: CONFIG, environment: 'test' }, keys());
  const sealedIn = (out: string) => (JSON.parse(out) as { $sealed: string }).$sealed;

  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'stageline-seal-'));
    await seal(['keygen', '--out', 'keys.json']);
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('keygen writes private keys for their owner alone, the public ones beside them, and a newer key before the older', async () => {
    expect(await seal(['keygen', '--out', 'more.json'])).toMatchObject({ code: 0, err: '' });
    const [first] = keys().keys;
    expect(statSync(join(cwd, 'keys.json')).mode & 0o777).toBe(0o600);
    const shown = readFileSync(join(cwd, 'keys.json.pub'), 'utf8');
    expect(shown).toContain(first?.kid);
    expect(shown).not.toContain(first?.d);
    const { out } = await seal(['keygen', '--out', 'keys.json']);
    expect(out).not.toContain(keys().keys[0]?.d);
    expect(keys().keys).toHaveLength(2);
    expect(keys().keys[1]).toEqual(first);
    expect(statSync(join(cwd, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it('seals what comes from standard input, for one place', async () => {
    const args = ['--keys', 'keys.json.pub', '--scope', 'acme/orders', '--environment', 'test'];
    const { code, out, err } = await seal(args, { stdin: 'hunter 2\n' });
    expect([code, err]).toEqual([0, '']);
    expect(readSealed(sealedIn(out))).toEqual({
      kid: keys().keys[0]?.kid,
      scope: 'acme/orders',
      environment: 'test',
    });
    expect(await opened(sealedIn(out))).toBe('hunter 2');
  });

  it("seals to the service's newest key", async () => {
    const shown = JSON.parse(readFileSync(join(cwd, 'keys.json.pub'), 'utf8')) as object;
    const service = await startFakeService();
    service.onOther = (_method, { pathname }) =>
      pathname === '/v1/sealing-keys' ? { http: 200, body: shown } : { http: 404, body: {} };
    const { out } = await seal(['--scope', 'acme/orders/enrich'], {
      stdin: 'hunter2',
      env: { STAGELINE_URL: service.url },
    });
    expect(await opened(sealedIn(out))).toBe('hunter2');
    await service.close();
  });

  it.each([
    ['an argument', ['hunter2', '--scope', 'acme/orders', '--keys', 'keys.json'], 'never an argument'],
    ['nothing', ['--scope', 'acme/orders', '--keys', 'keys.json'], 'no secret on standard input'],
    ['no scope', ['--keys', 'keys.json'], '--scope'],
    ['half a scope', ['--scope', 'acme', '--keys', 'keys.json'], '--scope'],
    ['no keys', ['--scope', 'acme/orders', '--keys', 'none.json'], 'none.json'],
  ])('takes no secret from %s', async (_what, args, says) => {
    const { code, err, out } = await seal(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
    expect(err).not.toContain('hunter2');
  });

  describe('--rotate', () => {
    const sealed = async (secret: string) =>
      sealedIn((await seal(['--keys', 'keys.json', '--scope', 'acme/orders'], { stdin: secret })).out);

    it('seals anew in place what is on an older key, and leaves the rest to the letter', async () => {
      const old = await sealed('one');
      await seal(['keygen', '--out', 'keys.json']);
      const current = await sealed('two');
      const yaml = `# kept\nuserConfig:\n  a: {$sealed: ${old}} # kept too\n  b:   {$sealed: "${current}"}\n`;
      writeFileSync(join(cwd, 'a.yaml'), yaml);
      const { code, out } = await seal(['--rotate', 'a.yaml', '--keys', 'keys.json']);
      expect([code, out]).toEqual([0, 'a.yaml: 1 sealed anew, 1 on the newest key already']);
      const text = readFileSync(join(cwd, 'a.yaml'), 'utf8');
      const anew = /a: \{\$sealed: ([^}]+)\}/.exec(text)?.[1] ?? '';
      expect(text).toBe(yaml.replace(old, anew));
      expect(readSealed(anew)).toEqual({ kid: keys().keys[0]?.kid, scope: 'acme/orders' });
      expect(await opened(anew)).toBe('one');
    });

    it('changes no file where one holds what it cannot open', async () => {
      const old = await sealed('one');
      writeFileSync(join(cwd, 'a.json'), JSON.stringify({ $sealed: old }));
      rmSync(join(cwd, 'keys.json'));
      await seal(['keygen', '--out', 'keys.json']);
      const mine = await sealed('two');
      await seal(['keygen', '--out', 'keys.json']);
      writeFileSync(join(cwd, 'b.json'), JSON.stringify({ $sealed: mine }));
      const { code, err } = await seal(['--rotate', 'b.json', 'a.json'], {
        env: { STAGELINE_SEALING_KEYS_FILE: 'keys.json' },
      });
      expect(code).toBe(2);
      expect(err).toContain('a.json: There is no key');
      expect(readFileSync(join(cwd, 'b.json'), 'utf8')).toContain(mine);
    });
  });
});
