import { Option, type Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { VerifyReport } from '../../core/verify-report.js';
import { hasCode } from '../../errors.js';
import type { Context } from '../context.js';
import { openConfiguredEngines } from '../engines.js';
import { EXIT, Exit, usage } from '../exit.js';
import { cancelJob, createProgressLine, runJob } from '../jobs.js';
import { verifyText } from '../job-report.js';
import { readHeads } from '../heads-file.js';
import { offlineOption } from '../open-journal.js';
import { explain } from '../problems.js';
import { openSession } from '../session.js';
import { pretty } from '../table.js';

/** Heads that one request takes. */
const MAX_HEADS = 2_000;

interface VerifyOptions {
  readonly offline?: true;
  readonly cancel?: true;
  readonly heads?: string;
  readonly headsKey?: string;
  readonly output?: string;
}

/** `stageline verify`: the whole journal and all documents. */
export function registerVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description('read the whole journal, and compare every document with what it makes of it')
    .addOption(offlineOption().conflicts('cancel'))
    .option('--cancel', 'end the verification that is under way')
    .option('--heads <file>', 'the journal must also have the heads that were exported to this file')
    .option('--heads-key <pem>', 'the public key that the heads must be signed with')
    .addOption(
      new Option('--output <format>', 'how it is printed (default: table, with --json json)').choices([
        'table',
        'json',
      ]),
    )
    .addHelpText(
      'after',
      `
Ends with 0 if nothing is wrong, with 1 if something is, with another code if it could not be finished. It runs in the
service: Ctrl-C leaves it there.`,
    )
    .action(async (options: VerifyOptions, command: Command) => {
      const { offline, cancel, output } = options;
      const heads = await headsOf(options, context);
      if (offline === true) {
        const { json = false } = command.optsWithGlobals<{ readonly json?: boolean }>();
        tell(await verifyOffline(heads, context), output === undefined ? json : output === 'json', context);
        return;
      }
      const session = openSession(command, context);
      if (cancel === true) {
        await cancelJob(session, 'verify');
        return;
      }
      const job = await runJob(session, { kind: 'verify', heads: fewHeads(heads, context) });
      if (job.state === 'failed') throw new Exit(EXIT.unfinished, explain(job.error));
      if (job.state === 'cancelled' || job.kind !== 'verify')
        throw new Exit(EXIT.unfinished, 'the verification was cancelled');
      tell(job.report, output === undefined ? session.json : output === 'json', context);
    });
}

async function headsOf(
  { heads, headsKey }: VerifyOptions,
  context: Context,
): Promise<ReadonlyMap<number, string>> {
  if (heads !== undefined) return readHeads(heads, headsKey, context);
  if (headsKey !== undefined) throw usage('--heads-key goes with --heads');
  return new Map();
}

/** So many as a request takes, evenly and with the last: each record vouches for those before it. */
function fewHeads(
  heads: ReadonlyMap<number, string>,
  { err }: Context,
): { position: number; hash: string }[] {
  const all = [...heads].map(([position, hash]) => ({ position, hash }));
  if (all.length <= MAX_HEADS) return all;
  err(`${MAX_HEADS} of ${all.length} heads are compared, the last among them; --offline compares all`);
  const step = all.length / MAX_HEADS;
  return Array.from({ length: MAX_HEADS }, (_, index) => all[Math.ceil((index + 1) * step) - 1]).filter(
    (one) => one !== undefined,
  );
}

function tell(report: VerifyReport, json: boolean, { out }: Context): void {
  out(json ? pretty(report) : verifyText(report));
  if (!report.clean) throw new Exit(EXIT.failed);
}

/** In this process, over the configured engines. */
async function verifyOffline(heads: ReadonlyMap<number, string>, context: Context): Promise<VerifyReport> {
  const config = loadConfig(context.sources);
  const { offlineVerify } = await import('../../service/offline-verify.js');
  const signal = context.stop();
  const line = createProgressLine(context);
  let engines: Awaited<ReturnType<typeof openConfiguredEngines>> | undefined;
  try {
    engines = await openConfiguredEngines(config, { say: context.err });
    return await offlineVerify({ config, ...engines, heads, signal, onProgress: line.show });
  } catch (error) {
    if (hasCode(error, 'INVALID_CONFIG') || error instanceof Exit) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Exit(EXIT.unfinished, signal.aborted ? 'interrupted' : reason, { cause: error });
  } finally {
    line.end();
    await engines?.close();
  }
}
