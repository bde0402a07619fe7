import { join } from 'node:path';
import { seeded, everyCommand } from './crash-commands.js';
import { startCrashLoad, type Answered, type CrashLoad } from './crash-load.js';
import { createCrashRun, type RunFigures } from './crash-run.js';
import { createCrashService, type CrashService } from './crash-service.js';
import { stageline } from './stageline-process.js';

export interface CampaignOptions {
  /** Settings of the service: they choose the engines. */
  readonly env: Readonly<Record<string, string>>;
  readonly kills: number;
  /** Commands to send, those sent again not counted. */
  readonly commands: number;
  readonly inFlight: number;
  readonly seed: number;
  /** How long a start may take until commands are answered. */
  readonly recoverMs: number;
  /** Told what happens, line by line. */
  readonly tell: (line: string) => void;
}

/** Times in milliseconds from a kill to the first answer of the process after it. */
export interface Recovery {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

export interface CampaignReport {
  readonly seed: number;
  readonly kills: number;
  /** Kills before the process had answered anything. */
  readonly killsWhileStarting: number;
  /** Kills of a process that had taken over from a clean stop, so that commands went in batches. */
  readonly killsInBatches: number;
  readonly cleanStops: number;
  /** Kills after which the documents were dropped, so that the start folded the journal anew. */
  readonly documentsDropped: number;
  /** Rebuilds of the documents that were begun. */
  readonly rebuilds: number;
  readonly commands: number;
  readonly answers: number;
  readonly tries: number;
  readonly reusedIds: number;
  readonly undecided: number;
  readonly seconds: number;
  readonly recovery: Recovery;
  /** The same where the documents were dropped. */
  readonly recoveryFromNothing: Recovery;
  readonly figures: RunFigures | undefined;
  /** What `stageline verify` said; undefined where there is no such command. */
  readonly verify: string | undefined;
  readonly dataDir: string;
  /** What is wrong, by command and position. */
  readonly faults: readonly string[];
}

/** A share of the kills comes while the process starts; a share after a clean stop. */
const WHILE_STARTING = 0.25;
const AFTER_A_CLEAN_STOP = 0.5;
/** The share of kills after which the documents are dropped. */
const DROPPED = 0.08;
/** The share of kills before which a rebuild of the documents is begun. */
const REBUILT = 0.15;
/** How long a start takes, before it is known. */
const START_MS = 1_500;
const FINISH_MS = 120_000;
const TELL_EVERY = 10;

/** Kills a service at random moments under load, starts it again each time, and compares everything at the end. */
export async function runCrashCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { tell, kills, commands } = options;
  const begun = performance.now();
  const random = seeded(options.seed);
  const service = await createCrashService({ STAGELINE_LOG_LEVEL: 'warn', ...options.env });
  const run = createCrashRun(service.settings);
  await run.prepare();
  const faults: string[] = [];
  const recoveries: number[] = [];
  const fromNothing: number[] = [];
  let killedAt: number | undefined;
  let folds = false;
  let [killsWhileStarting, killsInBatches, cleanStops, documentsDropped, rebuilds, killed] = [
    0, 0, 0, 0, 0, 0,
  ];
  const onAnswer = ({ askedAt, answeredAt }: Answered): void => {
    if (killedAt === undefined || askedAt < killedAt) return;
    (folds ? fromNothing : recoveries).push(answeredAt - killedAt);
    killedAt = undefined;
    folds = false;
  };
  service.start();
  await service.ready(options.recoverMs);
  const load = startCrashLoad({
    url: () => service.url,
    seed: options.seed + 1,
    inFlight: options.inFlight,
    artifact: join(process.cwd(), 'examples/packages/enrich.py'),
    commands: everyCommand,
    reused: 0.03,
    handedOver: 0.2,
    onAnswer,
  });

  /** Waits for so many answers more. */
  const answered = async (count: number): Promise<void> => {
    const enough = load.answers() + count;
    let last = load.answers();
    let end = Date.now() + options.recoverMs;
    while (load.answers() < enough) {
      await pause(5);
      if (load.answers() > last) end = Date.now() + options.recoverMs;
      last = load.answers();
      const { exitCode } = service.child();
      if (exitCode !== null) throw new Error(`the service ended by itself with ${exitCode}`);
      if (Date.now() > end) throw new Error(`no command was answered for ${options.recoverMs} ms`);
    }
  };
  const stop = async (when: string): Promise<void> => {
    const [begunAt, logged] = [performance.now(), service.log().length];
    const code = await service.end('SIGTERM');
    const seconds = Math.round((performance.now() - begunAt) / 1_000);
    const said = service.log().slice(logged).slice(-3_000);
    if (code !== 0) faults.push(`a clean stop ${when} ended with ${code} after ${seconds} s: ${said}`);
  };
  const kill = async (): Promise<void> => {
    if (killedAt !== undefined) killsWhileStarting += 1;
    killedAt = performance.now();
    await service.end('SIGKILL');
    if (random() < DROPPED) {
      await run.dropDocuments();
      documentsDropped += 1;
      folds = true;
    }
    service.start();
  };

  try {
    for (; killed < kills; killed += 1) {
      if (killed % TELL_EVERY === 0) tell(progress({ killed, kills, load, recoveries, begun }));
      if (random() < WHILE_STARTING) {
        await pause(random() * 1.2 * (recoveryOf(recoveries).median || START_MS));
      } else {
        await answered(1);
        const inBatches = random() < AFTER_A_CLEAN_STOP;
        if (inBatches) {
          await stop(`after ${killed} kills`);
          cleanStops += 1;
          killsInBatches += 1;
          service.start();
        }
        if (random() < REBUILT) rebuilds += await rebuildBegun(service.url);
        const left = Math.max(0, commands - load.sent.length) / (kills - killed);
        // In the mean as many as are left for each kill, and now and then many more or none.
        await answered(Math.ceil(-Math.log(1 - random()) * left));
        await pause(random() * 30);
      }
      await kill();
    }
    while (load.sent.length < commands) await answered(200);
    tell(progress({ killed, kills, load, recoveries, begun }));
    await load.finish(FINISH_MS);
    await finished(service, FINISH_MS);
  } catch (error) {
    faults.push(`${String(error)}\n${service.log().slice(-3_000)}`);
  }

  const verify = await verified(['verify'], { STAGELINE_URL: service.url }, faults);
  await stop('at the end');
  tell('comparing journal, documents, topics and sandboxes');
  let figures: RunFigures | undefined;
  try {
    const check = await run.check(load.sent);
    figures = check.figures;
    faults.push(...check.faults);
    if (run.config.bus.kind === 'embedded') await verified(['verify', '--offline'], service.settings, faults);
  } catch (error) {
    faults.push(`not compared: ${error instanceof Error ? String(error.stack) : String(error)}`);
  }
  return {
    seed: options.seed,
    kills: killed,
    killsWhileStarting,
    killsInBatches,
    cleanStops,
    documentsDropped,
    rebuilds,
    commands: load.sent.length,
    answers: load.answers(),
    tries: sum(load.sent.map(({ tries }) => tries)),
    reusedIds: load.sent.filter(({ reuses }) => reuses).length,
    undecided: sum(load.sent.map(({ undecided }) => undecided)),
    seconds: Math.round((performance.now() - begun) / 1_000),
    recovery: recoveryOf(recoveries),
    recoveryFromNothing: recoveryOf(fromNothing),
    figures,
    verify,
    dataDir: service.dataDir,
    faults,
  };
}

/** Asks for a rebuild of the documents, which goes on beside the commands; 0 where the service is not there. */
async function rebuildBegun(url: string): Promise<number> {
  const begun = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'rebuild' }),
  }).catch(() => undefined);
  return begun?.ok === true ? 1 : 0;
}

/** Waits until every release has its outcomes. */
async function finished(service: CrashService, withinMs: number): Promise<void> {
  let waiting: unknown;
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const { checks } = (await (await fetch(`${service.url}/readyz`)).json()) as {
      checks: { name: string; detail: string }[];
    };
    const open = checks.filter(
      ({ name, detail }) => name.startsWith('deployer:') && detail !== 'every release is deployed',
    );
    if (open.length === 0) return;
    waiting = open;
    await pause(200);
  }
  throw new Error(`releases still wait after ${withinMs} ms: ${JSON.stringify(waiting)}`);
}

/** Runs `stageline verify …` where there is one; what it finds is a fault. */
async function verified(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  faults: string[],
): Promise<string | undefined> {
  const help = await stageline(['--help']);
  if (!/^\s+verify\b/m.test(help.stdout)) return undefined;
  const { code, stdout, stderr } = await stageline(args, env);
  if (code !== 0)
    faults.push(`stageline ${args.join(' ')} ended with ${code}: ${`${stdout}${stderr}`.slice(0, 3_000)}`);
  return stdout.trim();
}

interface Progress {
  readonly killed: number;
  readonly kills: number;
  readonly load: CrashLoad;
  readonly recoveries: readonly number[];
  readonly begun: number;
}

function progress({ killed, kills, load, recoveries, begun }: Progress): string {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const { median, max } = recoveryOf(recoveries);
  return `${seconds} s: ${killed} of ${kills} kills, ${load.sent.length} commands, ${load.answers()} answers; from a kill to the first answer ${median} ms in the median, ${max} ms at most`;
}

function recoveryOf(times: readonly number[]): Recovery {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  return { median: at(0.5), p95: at(0.95), max: at(1) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
