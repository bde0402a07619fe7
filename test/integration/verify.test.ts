import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import type { Context } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/main.js';
import { CHECKPOINT_ID } from '../../src/core/ids.js';
import { encodeRecord, markMessage } from '../../src/core/journal.js';
import type { JournalRecord } from '../../src/core/types.js';
import type { VerifyReport } from '../../src/core/verify-report.js';
import type { Documents } from '../../src/ports/documents.js';
import { functionConfig } from '../support/configs.js';
import { startTestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import {
  linesIn,
  placeOf,
  positionsIn,
  tamper,
  withLines,
  type EditableMessage,
} from '../support/tampered-journal.js';

type Edit = (messages: readonly EditableMessage[]) => readonly EditableMessage[];

const artifactPathOrUrl = join(process.cwd(), 'examples/packages/enrich.py');

/** Puts commands on the topic while no service runs: it decides them together, and they are one message of the journal. */
async function putCommands(dir: string, params: readonly object[]): Promise<void> {
  const bus = await createLevelBus({ dir });
  const producer = await bus.openProducer('persistent://ops/stageline/commands');
  for (const one of params) {
    const command = { id: randomUUID(), command: 'stage-configs', project: 'default', params: one };
    await producer.send({ key: 'default', payload: Buffer.from(JSON.stringify(command)) });
  }
  await producer.close();
  await bus.close();
}

/** A stopped service's data: two terms, a release, commands one by one and many at once. */
async function work(dir: string): Promise<void> {
  for (const term of [1, 2]) {
    const names = Array.from({ length: 12 }, (_, index) => `f${term}-${index}`);
    await putCommands(
      dir,
      names.map((name) => ({ configs: [functionConfig(name, { artifactPathOrUrl })] })),
    );
    const service = await startTestService({ STAGELINE_DATA_DIR: dir });
    await service.send('un-stage', { names: [`public/default/f${term}-3`] });
    await service.send('commit-staged-to-test', {});
    await service.finished(`release:default:test:0000000${term}`);
    await service.send('stage-configs', { configs: [functionConfig('late', { artifactPathOrUrl })] });
    await service.stop();
  }
}

interface Verified {
  readonly code: number;
  readonly report: VerifyReport;
  readonly err: string;
}

/** `stageline verify --offline --json` in this process. */
async function verifyOffline(dir: string): Promise<Verified> {
  const [out, err] = [[] as string[], [] as string[]];
  const context: Context = {
    sources: { env: { STAGELINE_DATA_DIR: dir }, cwd: process.cwd() },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    write: async () => undefined,
    stdin: async () => '',
    loadService: () => import('../../src/main.js'),
    stop: () => new AbortController().signal,
  };
  const code = await runCli(['verify', '--offline', '--json'], context);
  return { code, report: JSON.parse(out.join('\n') || '{}') as VerifyReport, err: err.join('\n') };
}

/** `kind first-last` of each fault. */
const told = ({ faults }: VerifyReport): string[] =>
  faults.map(
    ({ kind, position, through }) => `${kind} ${position}${through === undefined ? '' : `-${through}`}`,
  );

const at = <T>(list: readonly T[], index: number): T => list[index] as T;

/** Somebody else asked for it. */
const forged = (line: Buffer): Buffer => {
  const record = JSON.parse(line.toString()) as JournalRecord;
  return Buffer.from(JSON.stringify({ ...record, actor: { ...record.actor, name: 'somebody-else' } }));
};

const changed =
  (position: number): Edit =>
  (messages) => {
    const { message, line } = placeOf(messages, position);
    const lines = linesIn(at(messages, message));
    return messages.with(
      message,
      withLines(at(messages, message), lines.with(line, forged(at(lines, line)))),
    );
  };

describe('stageline verify --offline', () => {
  jest.setTimeout(60_000);
  let base: string;
  let last: number;
  let middle: number;

  beforeAll(async () => {
    base = dataDir();
    await work(base);
    await tamper(base, (messages) => {
      last = messages.flatMap(positionsIn).at(-1) ?? 0;
      // A message of several records: changes within one are another case than changes of one.
      const [many] = messages.toSorted((a, b) => positionsIn(b).length - positionsIn(a).length);
      if (many === undefined || positionsIn(many).length < 4)
        throw new Error('no message has several records');
      middle = at(positionsIn(many), 1);
      return messages;
    });
  });

  const copy = (): string => {
    const dir = dataDir();
    cpSync(base, dir, { recursive: true });
    return dir;
  };
  const tampered = async (edit: Edit): Promise<Verified> => {
    const dir = copy();
    await tamper(dir, edit);
    return verifyOffline(dir);
  };
  const documentsOf = async (dir: string, edit: (documents: Documents) => Promise<void>): Promise<void> => {
    const store = await createLevelDocumentStore({ dir });
    await edit(await store.open((await store.current()) ?? ''));
    await store.close();
  };

  it('finds nothing wrong with what a service has left, and says what it read', async () => {
    const { code, report } = await verifyOffline(copy());
    expect(report).toMatchObject({ clean: true, position: last, terms: 2, voids: 0, faults: [] });
    expect(report.compared).toMatchObject({ differing: 0, unsettled: 0 });
    expect(report.compared?.documents).toBeGreaterThan(100);
    expect(code).toBe(0);
  });

  it('names a changed record, wherever it stands', async () => {
    for (const position of [1, middle, last - 1, last]) {
      const { code, report } = await tampered(changed(position));
      expect([position, told(report)]).toEqual([position, [`changed ${position}`]]);
      expect(code).toBe(1);
    }
  });

  it('names what else a changed record makes of the documents', async () => {
    const { report } = await tampered(changed(middle));
    const audit = `audit:${String(middle).padStart(8, '0')}`;
    expect(report.compared?.differences).toContainEqual(
      expect.objectContaining({
        id: audit,
        kind: 'other-content',
        values: [{ pointer: '/actor', expected: '"somebody-else"', found: '"local"' }],
      }),
    );
  });

  it('names removed records: a line, a message, and the last one', async () => {
    const line = await tampered((messages) => {
      const { message, line: at0 } = placeOf(messages, middle);
      return messages.with(
        message,
        withLines(at(messages, message), linesIn(at(messages, message)).toSpliced(at0, 1)),
      );
    });
    expect(told(line.report)).toEqual([`removed ${middle}`]);
    const whole = await tampered((messages) => messages.toSpliced(placeOf(messages, middle).message, 1));
    expect(told(whole.report)).toEqual([expect.stringMatching(/^removed \d+-\d+$/)]);
    const end = await tampered((messages) => messages.toSpliced(placeOf(messages, last).message, 1));
    expect(told(end.report)).toEqual([expect.stringMatching(new RegExp(`^removed (\\d+-)?${last}$`))]);
    expect([line.code, whole.code, end.code]).toEqual([1, 1, 1]);
  });

  it('names what is missing at the beginning of a journal that was trimmed', async () => {
    const { report, code } = await tampered((messages) =>
      messages.slice(placeOf(messages, middle).message + 1),
    );
    expect(told(report).at(-1)).toMatch(/^removed 1-\d+$/);
    expect(code).toBe(1);
  });

  it('names an inserted record: another one in the same place, and one of a writer that never was', async () => {
    const twice = await tampered((messages) => {
      const { message, line } = placeOf(messages, middle);
      const lines = linesIn(at(messages, message));
      return messages.with(
        message,
        withLines(at(messages, message), lines.toSpliced(line, 0, forged(at(lines, line)))),
      );
    });
    expect(told(twice.report)).toEqual([`inserted ${middle}`]);
    const foreign = await tampered((messages) => {
      const { message } = placeOf(messages, last);
      const { properties, ...rest } = at(messages, message);
      const lines = linesIn(at(messages, message)).map(forged);
      return [...messages, withLines({ ...rest, properties: { ...properties, writer: 'nobody' } }, lines)];
    });
    expect(told(foreign.report)).toEqual([expect.stringContaining('inserted')]);
    expect([twice.code, foreign.code]).toEqual([1, 1]);
  });

  it('names reordered records: within a message, and messages', async () => {
    const lines = await tampered((messages) => {
      const { message, line } = placeOf(messages, middle);
      const before = linesIn(at(messages, message));
      return messages.with(
        message,
        withLines(
          at(messages, message),
          before.with(line, at(before, line + 1)).with(line + 1, at(before, line)),
        ),
      );
    });
    expect(told(lines.report)).toEqual([`reordered ${middle + 1}`]);
    const neighbours = await tampered((messages) => {
      const { message } = placeOf(messages, last - 1);
      return messages.with(message, at(messages, message + 1)).with(message + 1, at(messages, message));
    });
    expect(told(neighbours.report)).toEqual([expect.stringMatching(/^reordered/)]);
  });

  it('names a mark that was put in between, and takes a late message of an old writer for what it is', async () => {
    const { report } = await tampered((messages) => {
      const { message } = placeOf(messages, last);
      const { publishTime } = at(messages, message);
      const { epoch } = JSON.parse(JSON.stringify(at(messages, message).properties)) as { epoch: string };
      const mark = markMessage({
        epoch: Number(epoch) + 1,
        writer: 'nobody',
        time: '2026-01-01T00:00:00.000Z',
      });
      return messages.toSpliced(message, 0, { ...mark, publishTime });
    });
    expect(told(report)).toEqual([expect.stringMatching(/^inserted/)]);
    const late = await tampered((messages) => {
      const old = messages.find((one) => positionsIn(one).length > 0) as EditableMessage;
      const [line] = linesIn(old);
      const { position, prev } = { position: last + 1, prev: 'nothing' };
      const record = { ...(JSON.parse(String(line)) as JournalRecord), position, prev };
      return [...messages, withLines(old, [encodeRecord(record).line])];
    });
    expect(late.report).toMatchObject({ clean: true, voids: 1 });
  });

  it('names records that no writer makes', async () => {
    const { report } = await tampered((messages) => {
      const { message, line } = placeOf(messages, last);
      const lines = linesIn(at(messages, message));
      const { position, prev } = JSON.parse(String(at(lines, line))) as JournalRecord;
      return messages.with(
        message,
        withLines(
          at(messages, message),
          lines.with(line, Buffer.from(JSON.stringify({ v: 1, position, prev }))),
        ),
      );
    });
    expect(told(report)).toEqual([`schema ${last}`, `unfoldable ${last}`, `changed ${last}`]);
  });

  it('names a document that was changed, removed or added by hand', async () => {
    const dir = copy();
    await documentsOf(dir, async (documents) => {
      const functions = await documents.range({ start: 'function:', end: 'function:\uffff', limit: 3 });
      const [changedOne, raised] = functions as [(typeof functions)[0], (typeof functions)[0]];
      const results = await documents.write([
        { ...changedOne, body: { ...changedOne.body, project: 'stolen', password: 'hunter2-hunter2' } },
        { ...raised, body: { ...raised.body, position: 1_000_000 } },
        { id: 'function:public/default/planted', body: { kind: 'function', position: 3 } },
        { id: 'planted', body: {} },
      ]);
      expect(results.every(({ ok }) => ok)).toBe(true);
    });
    const { code, report, err } = await verifyOffline(dir);
    expect(code).toBe(1);
    expect(report.faults).toEqual([]);
    expect(report.compared?.differing).toBe(4);
    expect(report.compared?.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'other-content',
          differing: 2,
          values: [
            { pointer: '/project', expected: '"default"', found: '"stolen"' },
            { pointer: '/password', found: '"[redacted]"' },
          ],
        }),
        expect.objectContaining({ kind: 'other-position', found: 1_000_000 }),
        { id: 'function:public/default/planted', kind: 'unexpected', position: 0, found: 3 },
        { id: 'planted', kind: 'unexpected', position: 0, found: 0 },
      ]),
    );
    expect(JSON.stringify(report) + err).not.toContain('hunter2');
  });

  it('names a document that is missing', async () => {
    const dir = copy();
    const store = await createLevelDocumentStore({ dir });
    const from = await store.open((await store.current()) ?? '');
    const all = await from.range({ start: '', end: '\uffff', limit: 100_000 });
    const into = await store.create('documents-copied');
    // The store has no deletion: a copy without one document is what somebody else's deletion leaves.
    const kept = all.filter(({ id }) => id !== 'project:default');
    await into.write(
      kept.map(({ id, body }) => ({
        id,
        body: id === CHECKPOINT_ID ? { ...body, database: 'documents-copied' } : body,
      })),
    );
    await store.setCurrent('documents-copied');
    await store.close();
    const { report, code } = await verifyOffline(dir);
    expect(report.compared?.differences).toEqual([
      { id: 'project:default', kind: 'missing', position: expect.any(Number) as number },
    ]);
    expect(code).toBe(1);
  });

  it('names a checkpoint that knows another journal', async () => {
    const dir = copy();
    await documentsOf(dir, async (documents) => {
      const checkpoint = (await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID);
      const state = { ...(checkpoint?.body['state'] as object), position: last - 1, hash: 'x'.repeat(43) };
      await documents.write([{ ...checkpoint!, body: { ...checkpoint!.body, state } }]);
    });
    const { report, code } = await verifyOffline(dir);
    expect(told(report)).toEqual([`other-hash ${last - 1}`]);
    expect(at(report.faults, 0).detail).toContain('the checkpoint of the documents');
    expect(code).toBe(1);
  });

  it('says that it could not verify, and why, where a service holds the data directory or there is none', async () => {
    const dir = copy();
    const service = await startTestService({ STAGELINE_DATA_DIR: dir });
    const held = await verifyOffline(dir);
    await service.stop();
    expect(held.code).toBe(5);
    expect(held.err).toMatch(/is in use by another process/);
    const none = await verifyOffline(join(dir, 'nothing-here'));
    expect(none.code).toBe(2);
  });
});
