import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { FAILPOINTS, type Failpoint } from '../../src/core/failpoints.js';
import { everyCommand } from '../support/crash-commands.js';
import { startCrashLoad, type CrashLoad } from '../support/crash-load.js';
import { createCrashRun, type CrashRun } from '../support/crash-run.js';
import { createCrashService, type CrashService } from '../support/crash-service.js';

const ENTRY = [join(process.cwd(), 'test/support/failpoint-child.mjs')];
const ARTIFACT = join(process.cwd(), 'examples/packages/enrich.py');

/** Passed a second time by the term that begins when documents were rebuilt. */
const AT_THE_SWITCH: readonly Failpoint[] = ['documents-opened', 'mark-counted', 'documents-current'];
/** By then acknowledgements are on the disk, which are not waited for. */
const LAZY_MS = 80;

/** Passed once a term, before a command is taken. */
const AT_THE_START: readonly Failpoint[] = [
  'lease-taken',
  'documents-opened',
  'mark-appended',
  'mark-counted',
  'documents-current',
  'consumers-opened',
];
/** Passed once a term, when it ends well. */
const AT_THE_END: readonly Failpoint[] = ['drained', 'end-noted'];
/** Passed only by commands that go one at a time, as they do after an unclean end. */
const ONE_AT_A_TIME: readonly Failpoint[] = ['attempt-noted'];
/** Passed once a term, or once in a thousand records: there is no second passing to wait for. */
const ONCE: readonly Failpoint[] = [...AT_THE_START, ...AT_THE_END, 'index-stored'];
/** Where the first term of all leaves something else on the disk than it found: there is no command yet but the writer's own. */
const ON_THE_FIRST_DAY: readonly Failpoint[] = [
  'documents-opened',
  'mark-appended',
  'mark-counted',
  'documents-current',
  'consumers-opened',
  'batch-appended',
  'documents-stored',
  'checkpoint-stored',
  ...AT_THE_END,
];

interface Mortal {
  readonly service: CrashService;
  readonly run: CrashRun;
}

async function mortal(): Promise<Mortal> {
  const service = await createCrashService({ STAGELINE_LOG_LEVEL: 'warn' }, { entry: ENTRY });
  const run = createCrashRun(service.settings);
  await run.prepare();
  return { service, run };
}

interface Death {
  /** @defaultValue 1 */
  readonly passing?: number;
  /** @defaultValue 0 */
  readonly laterMs?: number;
  /** What brings the process there, once it is ready. */
  readonly by?: (service: CrashService) => unknown;
}

/** Starts it and waits until it has died in that gap, and nowhere else. */
async function dieAt({ service }: Mortal, point: Failpoint, death: Death = {}): Promise<void> {
  const { passing = 1, laterMs = 0, by } = death;
  const before = service.log().length;
  service.start({ STAGELINE_TEST_FAILPOINT: `${point}:${passing}:${laterMs}` });
  if (by !== undefined) {
    await service.ready();
    await by(service);
  }
  expect(await service.gone()).toBe('SIGKILL');
  expect(service.log().slice(before)).toContain(`dies at ${point}, passing ${passing}`);
}

const stopping = (service: CrashService): boolean => service.child().kill('SIGTERM');
const deathAt = (point: Failpoint): Death => (AT_THE_END.includes(point) ? { by: stopping } : {});

describe('a service that dies in the gap between two steps', () => {
  jest.setTimeout(90_000);
  let dying: Mortal;
  let load: CrashLoad;

  beforeAll(async () => {
    dying = await mortal();
    load = startCrashLoad({
      url: () => dying.service.url,
      seed: 44,
      inFlight: 16,
      artifact: ARTIFACT,
      commands: everyCommand,
      reused: 0.03,
      handedOver: 0.2,
    });
  });

  afterAll(async () => {
    await dying.service.end('SIGKILL');
  });

  /** Starts it anew and compares everything, when all that was sent has its answer. */
  const expectRecovery = async (): Promise<void> => {
    const { service, run } = dying;
    service.start();
    await service.ready();
    await load.settled(30_000);
    expect(await service.end('SIGTERM')).toBe(0);
    expect((await run.check(load.sent, { unfinished: true })).faults).toEqual([]);
  };

  it.each(FAILPOINTS)('loses nothing and does nothing twice after %s', async (point) => {
    const { service } = dying;
    if (ONE_AT_A_TIME.includes(point)) {
      service.start();
      await service.ready();
      await service.end('SIGKILL');
    }
    // After a clean end commands go in batches; after the first death one at a time.
    await dieAt(dying, point, deathAt(point));
    if (!ONCE.includes(point)) await dieAt(dying, point, { passing: 2, laterMs: LAZY_MS });
    await expectRecovery();
  });

  it.each(AT_THE_SWITCH)('loses nothing after %s of a term on rebuilt documents', async (point) => {
    await dieAt(dying, point, { passing: 2, by: ({ url }) => post(url, '/v1/jobs', { kind: 'rebuild' }) });
    await expectRecovery();
  });

  it('has finished every release in the end', async () => {
    const { service, run } = dying;
    service.start();
    await service.ready();
    await load.finish(30_000);
    await deployed(service.url);
    expect(await service.end('SIGTERM')).toBe(0);
    const { faults, figures } = await run.check(load.sent);
    expect(faults).toEqual([]);
    expect(figures.effects).toBeGreaterThan(0);
  });
});

/** Dies in the first term of all, with nothing but the writer's own first command; what is wrong when it has begun anew. */
async function firstDay(point: Failpoint): Promise<readonly unknown[]> {
  const dying = await mortal();
  const { service, run } = dying;
  await dieAt(dying, point, deathAt(point));
  service.start();
  await service.ready();
  const reply = await post(service.url, '/v1/commands', {
    id: randomUUID(),
    command: 'commit-staged-to-prod',
    params: {},
  });
  // The environments are there, so the refusal is about the stage set.
  expect(reply).toMatchObject({ status: 'rejected', error: { code: 'STAGE_SET_EMPTY' } });
  expect(await service.end('SIGTERM')).toBe(0);
  const { faults, figures } = await run.check([]);
  return [...faults, ...(figures.records === 2 ? [] : [`the journal has ${figures.records} records`])];
}

describe('a service that dies on its first day', () => {
  jest.setTimeout(180_000);

  it('begins anew after every gap', async () => {
    const left = [...ON_THE_FIRST_DAY];
    const seen: Record<string, readonly unknown[]> = {};
    const lane = async (): Promise<void> => {
      for (let point = left.shift(); point !== undefined; point = left.shift())
        seen[point] = await firstDay(point);
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(seen).toEqual(Object.fromEntries(ON_THE_FIRST_DAY.map((point) => [point, []])));
  });
});

async function post(url: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** Waits until every release has its outcomes. */
async function deployed(url: string): Promise<void> {
  let waiting: unknown;
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const { checks } = (await (await fetch(`${url}/readyz`)).json()) as {
      checks: { name: string; detail: string }[];
    };
    waiting = checks.filter(
      ({ name, detail }) => name.startsWith('deployer:') && detail !== 'every release is deployed',
    );
    if (Array.isArray(waiting) && waiting.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`releases still wait: ${JSON.stringify(waiting)}`);
}
