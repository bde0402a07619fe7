import { setMaxListeners } from 'node:events';
import type { Reach } from '../core/failpoints.js';
import { pause, untilAborted } from '../core/pause.js';
import type { ProjectNamespaces } from '../core/project-namespaces.js';
import type { SecretRules } from '../core/secret-rules.js';
import { hasCode } from '../errors.js';
import type { Bus, Consumer, OutgoingMessage, ReceivedMessage } from '../ports/bus.js';
import type { ClusterAdmin } from '../ports/cluster.js';
import type { Functions } from '../ports/functions.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import { createByKey } from '../core/by-key.js';
import { deployOne, type Ending } from './deploy-one.js';
import { readAssignment, type DeploymentProblem } from './deployment-message.js';
import { createEndings, type Endings } from './endings.js';
import type { HealthLimits } from './health.js';
import { createHealthGate, type HealthGate } from './health-gate.js';
import { limitFunctions } from './limited-functions.js';
import type { Limiter } from './limiter.js';
import type { PackageSource } from './package-source.js';
import { reopenUntil } from '../core/reopen.js';
import { createReporter, type Reporter } from './reporter.js';
import type { Secrets } from './secrets.js';
import { createSlots } from './slots.js';
import { backlogOf, type Reading } from './subscriptions.js';
import { createTally, type Tally } from './tally.js';
import { createTaskEndings, handleTask, type TaskEndings, type TaskSession } from './tasks/handle-task.js';
import type { Inspect } from './tasks/plan-subject.js';
import type { TaskContext } from './tasks/run-task.js';
import { isTask } from './tasks/task-assignment.js';
import { createTaskReporter, type TaskReporter } from './tasks/task-reporter.js';
import { writableUntil } from './writable-until.js';

export interface DeployerOptions {
  readonly bus: Bus;
  readonly environment: string;
  /** What the router sends for this environment. */
  readonly topic: string;
  /** Where outcomes go, as record-deployment commands. */
  readonly resultsTopic: string;
  /** The environment's cluster, without its limit: what waits for room may find that nothing is to be written any more. */
  readonly functions: Functions;
  /** Fingerprint of that cluster as a target. */
  readonly fingerprint: string;
  readonly reads: DocumentReads;
  readonly packages: PackageSource;
  readonly secrets: Secrets;
  /** What is taken for a literal secret, and not taken over from the cluster. @defaultValue what looks like one anywhere */
  readonly secretRules?: SecretRules;
  /** Where projects may deploy to. @defaultValue anywhere */
  readonly namespaces?: ProjectNamespaces;
  /** Puts a message aside with the reason; when it rejects, the message comes again. */
  readonly deadLetter: (message: ReceivedMessage, topic: string, problem: DeploymentProblem) => Promise<void>;
  readonly log: Log;
  /** Told of the gaps between its steps. */
  readonly reach?: Reach;
  /** Bounds what is in flight to the cluster; shared by all deployers of it in this process. */
  readonly limiter: Limiter;
  /** Writes in flight to the cluster at most: how many deployments are worked on at once follows from it. */
  readonly concurrency: number;
  /** How long one function is tried. */
  readonly deadlineMs: number;
  /** Looks at the functions of a plan: pre-flight, contract between functions. */
  readonly inspect?: Inspect;
  /** @defaultValue Date.now */
  readonly now?: () => number;
  /** How what was written is watched; absent: it is not. */
  readonly health?: HealthLimits;
  /**
   * What else can be asked of the cluster. Without it nobody looks whether a backlog grows, nothing is re-created, packages
   * are not compared, and a whole tenant is not imported.
   */
  readonly admin?: ClusterAdmin;
  /** Ends the deployer; what is in flight is finished first, up to ten seconds. */
  readonly signal: AbortSignal;
}

const FINISH_MS = 10_000;
const RECEIVE_MS = 500;
/** Deployments in hand at most: nearly all of them are watched, or wait for one of their function that is. */
const IN_HAND = 2000;

/**
 * Runs a deployer until the signal. Any number of them share an environment (Key_Shared by function), so there is one
 * deployment of a function at a time. A message is acknowledged when its outcome is stored on the results topic.
 */
export async function runDeployer(options: DeployerOptions): Promise<void> {
  const { environment, topic, concurrency, signal } = options;
  const log = options.log.child({ environment, target: options.functions.kind });
  const { limiter } = options;
  const functions = limitFunctions(options.functions, limiter);
  const tally = createTally(log, () => limiter.limit());
  const endings = createEndings();
  // To each write belong two reads, and more of documents and packages: with four for each, nothing waits but for the cluster.
  const writing = createSlots(concurrency * 4);
  const gate = gateOf(options, functions);
  const context: TaskContext = {
    now: Date.now,
    ...options,
    functions,
    log,
    writing,
    ...gate,
  };
  const taskEndings = createTaskEndings();
  log.info({ topic, concurrency }, 'deployer-runs');
  await reopenUntil(signal, log, () => runSession({ options, context, endings, taskEndings, tally }));
  tally.tell();
  log.info({}, 'deployer-stopped');
}

function gateOf({ health, admin }: DeployerOptions, functions: Functions): { gate?: HealthGate } {
  if (health === undefined) return {};
  const backlog = admin === undefined ? {} : { backlogOf: (reading: Reading) => backlogOf(reading, admin) };
  return { gate: createHealthGate({ functions, limits: health, ...backlog }) };
}

interface Parts {
  readonly options: DeployerOptions;
  readonly context: TaskContext;
  readonly endings: Endings;
  readonly taskEndings: TaskEndings;
  readonly tally: Tally;
}

interface Session extends Parts {
  readonly consumer: Consumer;
  readonly reporter: Reporter;
  readonly taskReporter: TaskReporter;
  /** Stores a message on the results topic. */
  readonly send: (message: OutgoingMessage) => Promise<void>;
}

/** One consumer's life: resolves on the signal, rejects when the bus is lost. */
async function runSession(parts: Parts): Promise<void> {
  const { bus, environment, topic, resultsTopic, signal } = parts.options;
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  // Every deployment that waits listens to it.
  setMaxListeners(0, ended);
  const over = new AbortController();
  const context = contextUntil(parts, { ended, over: AbortSignal.any([failed.signal, over.signal]) });
  const producer = await bus.openProducer(resultsTopic);
  const consumer = await bus
    .openConsumer(topic, { subscription: `deployer-${environment}`, type: 'Key_Shared' })
    .catch(async (error: unknown) => {
      await producer.close();
      throw error;
    });
  const onFailure = (error: unknown): void => failed.abort(error);
  const send = async (message: OutgoingMessage): Promise<void> => {
    await producer.send(message);
  };
  const reporting = { send, log: parts.context.log, onFailure };
  const reporter = createReporter(reporting);
  const taskReporter = createTaskReporter(reporting);
  const session = { ...parts, context, consumer, reporter, taskReporter, send };
  const work = createByKey(IN_HAND);
  try {
    while (!ended.aborted) {
      const received = consumer.receive({ max: work.free(), waitMs: RECEIVE_MS });
      for (const message of (await untilAborted(ended, received)) ?? [])
        work.add(message.key, async () => {
          if (!ended.aborted) await handle(session, message).catch(onFailure);
        });
      await work.room();
    }
    if (failed.signal.aborted) throw failed.signal.reason;
  } catch (error) {
    onFailure(error);
    throw error;
  } finally {
    await within(
      FINISH_MS,
      work.idle().then(() => Promise.all([reporter.flush(), taskReporter.flush()])),
    );
    over.abort();
    await consumer.close().catch(() => undefined);
    await producer.close().catch(() => undefined);
  }
}

/** Waiting ends with the session. What is in flight may be finished, unless someone else may have been given it: then nothing more is written. */
function contextUntil(
  { options, context }: Parts,
  { ended, over }: { readonly ended: AbortSignal; readonly over: AbortSignal },
): TaskContext {
  const functions = limitFunctions(writableUntil(options.functions, over), options.limiter);
  return { ...context, functions, signal: ended };
}

async function handle(session: Session, message: ReceivedMessage): Promise<void> {
  if (isTask(message)) return handleOther(session, message);
  const { options, context, endings, tally, consumer, reporter } = session;
  const assignment = readAssignment(message, options.environment);
  let ending: Ending;
  if ('problem' in assignment) {
    ending = { kind: 'dead-letter', problem: assignment.problem };
  } else {
    try {
      ending = await endings.of(assignment, () => deployOne(assignment, context));
    } catch (error) {
      // The session ends: the message stays unacknowledged and comes again.
      if (hasCode(error, 'CLOSED') && context.signal.aborted) return;
      throw error;
    }
    if (ending.kind === 'result') {
      const { project, environment, release } = assignment.body;
      const { result } = ending;
      tally.add(result.outcome, ending.workedMs);
      options.reach?.('deployed');
      const done = async (): Promise<void> => {
        options.reach?.('result-stored');
        await consumer.acknowledge(message);
        options.reach?.('deployment-acknowledged');
      };
      reporter.add({ project, environment, release, effect: assignment.effect, result, done });
      return;
    }
  }
  if (ending.kind === 'dead-letter') {
    context.log.warn({ messageId: message.id, key: message.key, ...ending.problem }, 'message-put-aside');
    await options.deadLetter(message, options.topic, ending.problem);
  }
  await consumer.acknowledge(message);
}

/** What is no deployment, but a task. */
async function handleOther(session: Session, message: ReceivedMessage): Promise<void> {
  const { options, context, taskEndings: endings, taskReporter: reporter, send, consumer } = session;
  const acknowledge = (done: ReceivedMessage): Promise<void> => consumer.acknowledge(done);
  const deadLetter: TaskSession['deadLetter'] = (bad, problem) =>
    options.deadLetter(bad, options.topic, problem);
  const { environment } = options;
  try {
    await handleTask({ environment, context, endings, reporter, send, acknowledge, deadLetter }, message);
  } catch (error) {
    // The session ends: the message stays unacknowledged and comes again.
    if (!hasCode(error, 'CLOSED') || !context.signal.aborted) throw error;
  }
}

/** Waits for the work, but no longer than that. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, pause(ms, timer.signal)]);
  timer.abort();
}
