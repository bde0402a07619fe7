import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import type { SeenDocument } from '../../src/core/decision.js';
import { parseLine } from '../../src/core/journal.js';
import type { JournalRecord } from '../../src/core/types.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { run, type Ran } from '../unit/cli/run-cli.js';

jest.setTimeout(60_000);

const A = 'public/default/a';
const config = (name: string, parallelism = 1): object => ({
  type: 'function',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  tenant: 'public',
  namespace: 'default',
  name,
  className: 'enrich.Enrich',
  inputs: ['orders'],
  parallelism,
});

describe('looking back, over a running service and without one', () => {
  const dir = dataDir();
  const folder = mkdtempSync(join(tmpdir(), 'stageline-past-'));
  let service: TestService;
  let staged = 0;
  let deployed = 0;
  let journal = '';

  const cli = (...args: string[]): Promise<Ran> =>
    run(args, { env: { STAGELINE_DATA_DIR: dir, STAGELINE_URL: service.url }, cwd: folder });
  const records = (): JournalRecord[] =>
    journal
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JournalRecord);

  beforeAll(async () => {
    service = await startTestService({ STAGELINE_DATA_DIR: dir });
    ({ position: staged } = await service.send('stage-configs', { configs: [config('a'), config('b')] }));
    await service.send('commit-staged-to-test', {});
    await service.finished('release:default:test:00000001');
    ({ position: deployed } = await service.send('stage-configs', { configs: [config('a', 2)] }));
    await service.send('commit-staged-to-nowhere', {});
    await service.send('stage-configs', { configs: [config('other')] }, { project: 'pricing' });
    journal = await (await fetch(`${service.url}/v1/journal`)).text();
  });
  afterAll(() => service.stop());

  describe('state-at', () => {
    it('shows ids and positions as a table, and as of when on standard error', async () => {
      const { code, out, err } = await cli('state-at', String(staged));
      expect(code).toBe(0);
      const [head = '', ...rows] = out.split('\n');
      expect(head).toMatch(/^ID +CHANGED AT$/);
      expect(rows.map((row) => row.split(/ +/))).toContainEqual([`function:${A}`, String(staged)]);
      expect(out).not.toContain('release:');
      expect(err).toBe(`as of position ${staged}, ${records()[staged - 1]?.time ?? ''}`);
    });

    it('shows documents of a time as JSON, and a line each', async () => {
      const time = records()[staged - 1]?.time ?? '';
      const { out } = await cli('state-at', time, '--prefix', 'function:', '--output', 'json');
      const state = JSON.parse(out) as { position: number; documents: SeenDocument[] };
      expect(state.position).toBe(staged);
      expect(state.documents.map(({ id }) => id)).toEqual([`function:${A}`, 'function:public/default/b']);
      expect(state.documents[0]?.document).toMatchObject({ kind: 'function', environments: {} });

      const lines = await cli('state-at', time, '--prefix', 'function:', '--output', 'ndjson');
      expect(lines.out.split('\n').map((line) => JSON.parse(line) as SeenDocument)).toEqual(state.documents);
      expect((await cli('--json', 'state-at', time, '--prefix', 'function:')).out).toBe(out);
    });

    it('shows another project when asked', async () => {
      const { out } = await cli('--project', 'pricing', 'state-at', '0h', '--prefix', 'function:');
      expect(out).toContain('function:public/default/other');
      expect(out).not.toContain(A);
    });

    it.each([
      [['state-at', '999999'], 1, 'UNKNOWN_POSITION'],
      [['state-at', 'yesterday'], 2, 'It is a position, a time'],
      [['state-at'], 2, 'missing required argument'],
      [['changes', '5', '2'], 1, 'INVALID_COMMAND'],
    ])('refuses %p', async (args, expected, words) => {
      const { code, err } = await cli(...args);
      expect([code, err]).toEqual([expected, expect.stringContaining(words)]);
    });
  });

  describe('changes', () => {
    it('shows what changed, by document and pointer', async () => {
      const { code, out, err } = await cli('changes', String(deployed - 1), String(deployed));
      expect(code).toBe(0);
      expect(out).toContain(`~ function:${A}  (position ${deployed})`);
      expect(out).toMatch(/^ {4}\/staged\/main: ".{43}" → ".{43}"$/m);
      expect(err).toMatch(/^\d+ documents changed between positions \d+ and \d+$/);
    });

    it('goes up to now, as JSON and a line each', async () => {
      const { out } = await cli('changes', '0', '--output', 'json', '--prefix', 'function:');
      const changes = JSON.parse(out) as { from: number; to: number; changes: { id: string }[] };
      expect(changes.from).toBe(0);
      expect(changes.to).toBeGreaterThanOrEqual(records().length);
      expect(changes.changes).toMatchObject([
        { id: `function:${A}`, change: 'created' },
        { change: 'created' },
      ]);
      const lines = await cli('changes', '0', '--output', 'ndjson', '--prefix', 'function:');
      expect(lines.out.split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(changes.changes);
    });

    it('says so where nothing did', async () => {
      const { code, out, err } = await cli('changes', '3', '3');
      expect([code, out, err]).toEqual([0, '', 'nothing changed between positions 3 and 3']);
    });
  });

  describe('replay', () => {
    it('prints the journal byte for byte', async () => {
      const { code, bytes, err } = await cli('replay', '--to', String(records().length));
      expect(code).toBe(0);
      expect(bytes.toString()).toBe(journal);
      expect(err).toContain(`${records().length} records replayed, up to position ${records().length}`);
    });

    it('prints a part of it, at once or one after another at a rate', async () => {
      const writes = async (...more: string[]): Promise<number> => {
        let count = 0;
        const args = ['replay', '--from', '2', '--to', '6', ...more];
        const env = { STAGELINE_URL: service.url };
        const { bytes } = await run(args, { env, onWrite: () => (count += 1) });
        expect(bytes.toString()).toBe(`${journal.split('\n').slice(1, 6).join('\n')}\n`);
        return count;
      };
      expect(await writes()).toBe(1);
      // What is due is written before it waits for the next one.
      expect(await writes('--rate', '20/s')).toBeGreaterThan(1);
    });

    it('says where to go on when it is stopped', async () => {
      const stop = new AbortController();
      const waiting = run(['replay', '--rate', '1'], {
        env: { STAGELINE_URL: service.url },
        signal: stop.signal,
        onWrite: () => stop.abort(),
      });
      const { code, bytes, err } = await waiting;
      expect([code, err]).toEqual([1, 'stageline: replay: stopped; go on with --from 2']);
      expect(parseLine(bytes.subarray(0, -1)).raw['position']).toBe(1);
    });

    it.each([
      [['--topic', 'ops/stageline/journal', '--offline'], "one of the service's own topics"],
      [['--topic', 'persistent://ops/stageline/commands-partition-3', '--offline'], "service's own topics"],
      [['--topic', 'ops/deployment-automation/test', '--offline'], "service's own topics"],
      [['--topic', 'a/b', '--offline'], 'is no topic'],
      [['--topic', 'copies'], 'stop the service and add --offline'],
      [['--from', '3', '--to', '2'], 'lies behind'],
      [['--rate', 'fast'], 'A rate is a number'],
    ])('refuses %p', async (args, words) => {
      const { code, err } = await cli('replay', ...args);
      expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    });

    it('tells where the journal ends', async () => {
      const { code, err } = await cli('replay', '--to', '999999');
      expect([code, err]).toEqual([1, expect.stringContaining('UNKNOWN_POSITION')]);
    });
  });

  describe('rehearse', () => {
    it('finds that the same code decides alike', async () => {
      const { code, out, err } = await cli('rehearse');
      expect([code, out, err]).toEqual([
        0,
        '',
        expect.stringMatching(/^\d+ commands decided again, none otherwise$/),
      ]);
    });

    it('tells from a backup what would be otherwise, and ends with 1', async () => {
      const file = join(folder, 'strict.ndjson');
      await cli('backup', file);
      // With fewer configs to a command than were staged.
      const strict = { STAGELINE_MAX_CONFIGS: '1' };
      const args = ['rehearse', '--journal', file, '--to', String(staged)];
      const table = await run(args, { env: strict, cwd: folder });
      expect(table.code).toBe(1);
      expect(table.out).toMatch(
        new RegExp(
          `^#${staged} .* stage-configs {2}default {2}\\(local\\) {2}was ok, would be invalid TOO_LARGE`,
        ),
      );
      expect(table.err).toContain('otherwise');
      const json = await run([...args, '--output', 'json'], { env: strict, cwd: folder });
      expect(JSON.parse(json.out)).toMatchObject({ different: 1, differences: [{ position: staged }] });
      const lines = await run([...args, '--output', 'ndjson'], { env: strict, cwd: folder });
      expect(JSON.parse(lines.out)).toMatchObject({ position: staged, now: { outcome: 'invalid' } });
    });
  });

  describe('backup', () => {
    it('is written under its name when it is complete, and replaces nothing unasked', async () => {
      const file = join(folder, 'one.ndjson');
      const { code, err } = await cli('backup', file);
      expect([code, err]).toEqual([
        0,
        expect.stringMatching(/^\d+ records written, the last with hash .{43}$/),
      ]);
      expect(readFileSync(file, 'utf8')).toContain(journal);
      expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);

      writeFileSync(file, 'mine');
      const again = await cli('backup', file);
      expect([again.code, again.err]).toEqual([2, expect.stringContaining('--force')]);
      expect(readFileSync(file, 'utf8')).toBe('mine');
      expect((await cli('backup', file, '--force')).code).toBe(0);
      expect(readFileSync(file, 'utf8')).toContain(journal);
    });

    it('goes to standard output', async () => {
      const { code, bytes } = await cli('backup', '-');
      expect(code).toBe(0);
      expect(bytes.toString().split('\n').slice(1, -2).join('\n')).toContain(journal.trimEnd());
    });

    it('leaves no file behind where it fails', async () => {
      const file = join(folder, 'none.ndjson');
      const { code } = await run(['backup', file], { env: { STAGELINE_URL: 'http://127.0.0.1:1' } });
      expect(code).toBe(3);
      expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
    });
  });

  describe('without a service', () => {
    it('needs the data directory to itself', async () => {
      for (const args of [
        ['backup', 'x', '--offline'],
        ['replay', '--offline'],
        ['rehearse', '--offline'],
      ]) {
        const { code, err } = await cli(...args);
        expect([code, err]).toEqual([1, expect.stringContaining('LEASE_HELD')]);
      }
      const restored = await cli('restore', await backupFile());
      expect([restored.code, restored.err]).toEqual([1, expect.stringContaining('LEASE_HELD')]);
    });

    it('reads what a stopped one left', async () => {
      await service.stop();
      const whole = (await cli('replay', '--offline')).bytes.toString();
      expect(whole.startsWith(journal)).toBe(true);
      expect((await cli('rehearse', '--offline')).code).toBe(0);
      expect((await cli('backup', '-', '--offline')).bytes.toString()).toContain(whole);
      const missing = await run(['replay', '--offline'], {
        env: { STAGELINE_DATA_DIR: join(folder, 'typo') },
      });
      expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('there is no data directory')]);
      expect(readdirSync(folder)).not.toContain('typo');
    });

    it('sends records to another topic, a message each, and goes on from where it ended', async () => {
      const topic = 'persistent://public/default/copies';
      const to = ['replay', '--topic', 'copies', '--offline'];
      expect((await cli(...to, '--to', '3')).code).toBe(0);
      expect((await cli(...to, '--from', '4', '--to', '6', '--rate', '1000')).code).toBe(0);
      const bus = await createLevelBus({ dir });
      const reader = await bus.openReader(topic, { start: 'earliest' });
      const messages = await reader.receive({ max: 100, waitMs: 1_000 });
      await bus.close();
      expect(messages.map(({ payload }) => payload.toString())).toEqual(journal.split('\n').slice(0, 6));
      expect(messages.map(({ key, properties }) => [key, properties])).toEqual(
        records()
          .slice(0, 6)
          .map(({ command, position }) => [command.project, { type: 'record', position: String(position) }]),
      );
    });
  });

  async function backupFile(): Promise<string> {
    const file = join(folder, `${String(Date.now())}.ndjson`);
    await cli('backup', file);
    return file;
  }
});
