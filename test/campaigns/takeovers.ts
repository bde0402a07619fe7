/**
 * `npm run test:takeovers`: instances that share one partition. Nobody may take over while nobody sends anything, nor while
 * CouchDB is gone; then the writer is taken away under load again and again, half by SIGKILL and half by SIGSTOP. At the
 * end what callers were told is compared with journal, documents and effects. Exit code 1 if anything differs, or if a
 * takeover took too long.
 *
 *   --takeovers 20 --instances 2 --in-flight 16 --seed N --force SIGKILL|SIGSTOP --idle-s 60
 *   --without-documents-s 30 --report FILE
 *
 * It takes the servers that the environment names (docs: CONTRIBUTING.md, "Real servers").
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startTakeoverRig, type Force, type Takeover } from '../support/takeover-rig.js';

/** What is promised: after a kill the broker frees the name; a stopped one is found out by its silence. */
const LIMIT_MS: Readonly<Record<Force, number>> = { SIGKILL: 10_000, SIGSTOP: 40_000 };
/** How long a takeover is waited for, to know how much too long it took. */
const PATIENCE_MS = 150_000;

const FORCES: readonly Force[] = ['SIGKILL', 'SIGSTOP'];

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

interface Figures {
  readonly count: number;
  readonly medianMs: number;
  readonly maxMs: number;
}

function figuresOf(times: readonly number[]): Figures {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    count: sorted.length,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    maxMs: sorted.at(-1) ?? 0,
  };
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      takeovers: { type: 'string', default: '20' },
      instances: { type: 'string', default: '2' },
      'in-flight': { type: 'string', default: '16' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      force: { type: 'string' },
      'idle-s': { type: 'string', default: '60' },
      'without-documents-s': { type: 'string', default: '30' },
      report: { type: 'string' },
    },
  });
  const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');
  if (missing.length > 0) throw new Error(`${missing.join(', ')} not set; see scripts/README.md`);
  tell(`seed ${values.seed}`);
  const rig = await startTakeoverRig({
    settings: pulsarSettings(),
    instances: Number(values.instances),
    seed: Number(values.seed),
    inFlight: Number(values['in-flight']),
    idleMs: Number(values['idle-s']) * 1_000,
  });
  const forces = FORCES.filter((force) => force === values.force || values.force === undefined);
  const takeovers: Takeover[] = [];
  try {
    const needless = {
      idle: rig.idleTakeovers,
      withoutDocuments: await rig.withoutDocuments(Number(values['without-documents-s']) * 1_000),
    };
    tell(
      `takeovers while nobody sent anything: ${needless.idle}, without CouchDB: ${needless.withoutDocuments}`,
    );
    tell('takeover  signal   leads after  answers after');
    for (let index = 0; index < Number(values.takeovers); index += 1) {
      const answers = rig.load.answers();
      while (rig.load.answers() < answers + 100) await new Promise((resolve) => setTimeout(resolve, 50));
      const takeover = await rig.takeOver(forces[index % forces.length] ?? 'SIGKILL', PATIENCE_MS);
      takeovers.push(takeover);
      const { force, leadsAfterMs, answersAfterMs } = takeover;
      const cells = [String(index + 1).padStart(8), force.padEnd(8)];
      tell(
        `${cells.join('  ')} ${`${leadsAfterMs} ms`.padStart(11)}  ${`${answersAfterMs} ms`.padStart(13)}`,
      );
    }
    const { faults, journal } = await rig.finish();
    const late = takeovers
      .filter(({ force, leadsAfterMs }) => leadsAfterMs > LIMIT_MS[force])
      .map(({ force, leadsAfterMs }) => `a takeover after ${force} took ${leadsAfterMs} ms`);
    const timesOf = (force: Force, time: 'leadsAfterMs' | 'answersAfterMs'): Figures =>
      figuresOf(takeovers.filter((one) => one.force === force).map((one) => one[time]));
    const report = {
      seed: Number(values.seed),
      commands: rig.load.sent.length,
      answers: rig.load.answers(),
      records: journal.records.length,
      terms: journal.terms,
      voidRecords: journal.voidRecords,
      leads: Object.fromEntries(forces.map((force) => [force, timesOf(force, 'leadsAfterMs')])),
      answersAgain: Object.fromEntries(forces.map((force) => [force, timesOf(force, 'answersAfterMs')])),
      needless,
      takeovers,
      faults: [
        ...(needless.idle + needless.withoutDocuments > 0 ? ['there were takeovers without need'] : []),
        ...late,
        ...faults,
      ],
    };
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
    const { takeovers: _all, faults: found, ...figures } = report;
    tell(JSON.stringify(figures, null, 2));
    for (const fault of found.slice(0, 40)) tell(`- ${fault.slice(0, 2_000)}`);
    tell(found.length === 0 ? 'nothing lost, nothing twice, nobody late' : `${found.length} faults`);
    return found.length === 0 ? 0 : 1;
  } finally {
    for (const [index, service] of rig.services.entries()) {
      const log = join(tmpdir(), `stageline-takeovers-${process.pid}-${index}.log`);
      writeFileSync(log, service.log());
      tell(`what instance ${index} logged: ${log}`);
    }
    await rig.stop();
  }
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
