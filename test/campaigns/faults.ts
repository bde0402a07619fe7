/**
 * `npm run test:faults`: the servers of a service under load come and go in every way that test/support/fault-scenarios.ts
 * knows, in their long form, again and again; at the end what callers were told is compared with journal, documents and
 * effects. Exit code 1 if anything differs, if the service does not come back by itself, or if /readyz said that all was
 * well meanwhile.
 *
 *   --rounds 3 --seed N --only <part of a name> --report FILE
 *
 * The broker is one of its own (`node scripts/pulsar.mjs fetch`); CouchDB is the one that the environment names.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFaultRig, type Endured, type FaultRig } from '../support/fault-rig.js';
import { NETWORK_FAULTS, type FaultScenario } from '../support/fault-scenarios.js';
import { fetchedPulsar, startOwnBroker } from '../support/own-broker.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';

/** How long a service may take to come back by itself. */
const RECOVERY_MS = 90_000;

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

interface Seen extends Endured {
  readonly name: string;
  readonly round: number;
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string', default: '' },
      report: { type: 'string' },
    },
  });
  const missing = missingServers();
  const fetched = fetchedPulsar();
  if (fetched === undefined) missing.push('a distribution of Pulsar (node scripts/pulsar.mjs fetch)');
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}; see scripts/README.md`);
  tell(`seed ${values.seed}`);
  const broker = await startOwnBroker(fetched ?? '');
  const restart: FaultScenario = {
    name: 'the broker is restarted',
    silences: true,
    run: () => broker.restart(),
  };
  const settings = { ...pulsarSettings(), ...broker.settings };
  const seen: Seen[] = [];
  let rig: FaultRig | undefined;
  try {
    const running = (rig = await startFaultRig({
      settings,
      seed: Number(values.seed),
      env: { STAGELINE_REPLY_TOPIC_PREFIXES: settings['STAGELINE_TOPIC_REPLIES'] ?? '' },
    }));
    const faults = [...NETWORK_FAULTS, restart].filter(({ name }) => name.includes(values.only));
    const wrong: string[] = [];
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      tell(`round ${round}\n   fault  no answer  said after  well after  what went wrong`);
      for (const fault of faults) {
        const endured = await running.endure(() => fault.run(running, 'long'), fault.withinMs ?? RECOVERY_MS);
        seen.push({ name: fault.name, round, ...endured });
        tell(lineOf(fault.name, endured));
        for (const lie of endured.lies) wrong.push(`${fault.name}: ${lie}`);
        if (fault.silences === true && endured.reasons.length === 0)
          wrong.push(`${fault.name}: /readyz said nothing`);
      }
    }
    const { faults: found, journal } = await running.finish();
    const report = {
      seed: Number(values.seed),
      rounds: Number(values.rounds),
      commands: running.load.sent.length,
      answers: running.load.answers(),
      records: journal.records.length,
      terms: journal.terms,
      voidRecords: journal.voidRecords,
      scenarios: seen,
      faults: [...wrong, ...found],
    };
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
    const { scenarios: _all, faults: all, ...figures } = report;
    tell(JSON.stringify(figures, null, 2));
    for (const fault of all.slice(0, 40)) tell(`- ${fault.slice(0, 2_000)}`);
    tell(all.length === 0 ? 'nothing lost, nothing twice, nothing untrue' : `${all.length} faults`);
    return all.length === 0 ? 0 : 1;
  } catch (error) {
    const log = join(tmpdir(), `stageline-faults-${process.pid}.log`);
    if (rig !== undefined) writeFileSync(log, rig.service.log());
    tell(`what the service logged: ${log}`);
    throw error;
  } finally {
    await rig?.stop();
    await broker.stop();
  }
}

function lineOf(name: string, endured: Endured): string {
  const cells = [endured.faultMs, endured.longestGapMs, endured.saidAfterMs, endured.recoveredMs];
  const widths = [8, 9, 10, 10];
  const figures = cells.map((ms, index) =>
    (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`).padStart(widths[index] ?? 0),
  );
  return `${figures.join('  ')}  ${name}`;
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
