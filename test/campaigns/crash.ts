/**
 * `npm run test:crash`: kills the service at random moments under load, starts it again each time, and compares at the
 * end what callers were told with journal, documents, effects and sandboxes. Exit code 1 if anything differs; the data
 * directory is kept then.
 *
 *   --kills 200 --commands 20000 --in-flight 64 --seed N --backend embedded|pulsar --report FILE
 *
 * The backend `pulsar` takes the servers that the environment names (docs: CONTRIBUTING.md, "Real servers").
 */
import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCrashCampaign } from '../support/crash-campaign.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';

const SHOWN = 40;

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      commands: { type: 'string', default: '20000' },
      'in-flight': { type: 'string', default: '64' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      backend: { type: 'string', default: 'embedded' },
      report: { type: 'string' },
    },
  });
  const { backend } = values;
  if (backend !== 'embedded' && backend !== 'pulsar') throw new Error('--backend is embedded or pulsar');
  const missing = backend === 'pulsar' ? missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL') : [];
  if (missing.length > 0) throw new Error(`${missing.join(', ')} not set; see scripts/README.md`);
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  tell(`seed ${values.seed}, backend ${backend}`);
  const report = await runCrashCampaign({
    env: backend === 'pulsar' ? pulsarSettings() : {},
    kills: numberOf('kills', values.kills),
    commands: numberOf('commands', values.commands),
    inFlight: numberOf('in-flight', values['in-flight']),
    seed: numberOf('seed', values.seed),
    recoverMs: backend === 'pulsar' ? 120_000 : 60_000,
    tell,
  });
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
  const { faults, dataDir, ...figures } = report;
  tell(JSON.stringify(figures, null, 2));
  if (faults.length === 0) {
    rmSync(dataDir, { recursive: true, force: true });
    tell('nothing lost, nothing twice');
    return 0;
  }
  tell(`seed ${values.seed}: ${faults.length} faults; the data directory is ${dataDir}`);
  for (const fault of faults.slice(0, SHOWN)) tell(`- ${fault.slice(0, 2_000)}`);
  return 1;
}

function numberOf(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is a whole number, not "${value}"`);
  return number;
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
