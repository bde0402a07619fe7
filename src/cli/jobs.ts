import { pause } from '../core/pause.js';
import type { Job, JobProgress, JobRequest } from '../ports/jobs.js';
import type { Context } from './context.js';
import { formatDuration } from './duration.js';
import { EXIT, Exit } from './exit.js';
import { isProblem } from './problems.js';
import type { Session } from './session.js';

const LOOK_MS = 500;
/** A line is printed so often where it cannot be written over. */
const LINE_MS = 5_000;

type Ended = Exclude<Job, { state: 'running' }>;

/** Starts a job, or takes up the one of its kind that runs, and follows it to its end. Ctrl-C leaves it to itself. */
export async function runJob(session: Session, request: JobRequest): Promise<Ended> {
  const { context } = session;
  const stop = context.stop();
  let job = await begin(session, request);
  const progress = createProgressLine(context);
  try {
    while (job.state === 'running') {
      progress.show(job.progress);
      await pause(LOOK_MS, stop);
      if (stop.aborted) throw leftAlone(request.kind);
      job = await look(session, job);
    }
    return job;
  } finally {
    progress.end();
  }
}

/** Asks the job of this kind that runs to end. */
export async function cancelJob({ client, say }: Session, kind: JobRequest['kind']): Promise<void> {
  const { jobs } = await client.read<{ jobs: Job[] }>('jobs');
  const job = jobs.find((one) => one.kind === kind && one.state === 'running');
  if (job === undefined) throw new Exit(EXIT.failed, `no ${kind} is under way at ${client.url}`);
  await client.post(`jobs/${job.id}/cancel`);
  say(
    kind === 'rebuild'
      ? 'cancelled; what is folded stays: "stageline rebuild" goes on from there'
      : 'cancelled',
  );
}

async function begin({ client, context }: Session, request: JobRequest): Promise<Job> {
  try {
    return await client.post<Job>('jobs', request);
  } catch (error) {
    const running = error instanceof Exit && isProblem(error.cause) && error.cause.code === 'JOB_RUNNING';
    if (!running) throw error;
    const { jobs } = await client.read<{ jobs: Job[] }>('jobs');
    const job = jobs.find((one) => one.kind === request.kind && one.state === 'running');
    if (job === undefined) throw error;
    context.err(`a ${request.kind} is under way since ${job.startedAt}: following it`);
    return job;
  }
}

async function look({ client }: Session, { id, kind }: Job): Promise<Job> {
  try {
    return await client.read<Job>(`jobs/${id}`);
  } catch (error) {
    if (!(error instanceof Exit) || !isProblem(error.cause) || error.cause.code !== 'NOT_FOUND') throw error;
    const next = kind === 'rebuild' ? 'it goes on from where it was' : 'it begins anew';
    throw new Exit(
      EXIT.unfinished,
      `the service has been started again and knows nothing of the ${kind}; ask for it once more: ${next}`,
    );
  }
}

function leftAlone(kind: JobRequest['kind']): Exit {
  return new Exit(
    EXIT.timeout,
    `the ${kind} goes on in the service; "stageline ${kind}" follows it again, "stageline ${kind} --cancel" ends it`,
  );
}

export interface ProgressLine {
  readonly show: (progress: JobProgress | undefined) => void;
  readonly end: () => void;
}

/** Progress on standard error: one line written over on a terminal, else a line now and then. */
export function createProgressLine({ show, err }: Pick<Context, 'show' | 'err'>): ProgressLine {
  let toldAt = Date.now();
  let shown = false;
  return {
    show(progress) {
      if (progress === undefined) return;
      if (show !== undefined) {
        show(progressText(progress));
        shown = true;
      } else if (Date.now() - toldAt >= LINE_MS) {
        toldAt = Date.now();
        err(progressText(progress));
      }
    },
    end() {
      if (shown) show?.('');
    },
  };
}

/** "folding: position 12,000 of 1,000,000, 8,100 a second, 2m left" */
export function progressText({ phase, done, of, perSecond, remainingSeconds }: JobProgress): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const where = phase === 'comparing' ? `${number(done)} documents` : `position ${number(done)}`;
  return [
    `${phase}: ${where}${of === undefined || phase === 'switching' ? '' : ` of ${number(of)}`}`,
    ...(perSecond === 0 ? [] : [`${number(perSecond)} a second`]),
    ...(remainingSeconds === undefined || remainingSeconds === 0
      ? []
      : [`${formatDuration(remainingSeconds * 1_000)} left`]),
  ].join(', ');
}
