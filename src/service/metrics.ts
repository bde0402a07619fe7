import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Check, ServiceStatus } from '../core/status.js';
import type { JournalRecord } from '../core/types.js';
import { CODES } from '../errors.js';
import type { HttpMeter } from '../ports/http-meter.js';

/** From a lone command on embedded engines to one that waits for its writer. */
const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

/** What becomes of a webhook's message, and the counter of the status that says how often. */
const WEBHOOK_OUTCOMES = [
  ['delivered', 'webhookMessagesDelivered'],
  ['dead-lettered', 'webhookMessagesDeadLettered'],
  ['passed-over', 'webhookMessagesPassedOver'],
] as const;

export interface MetricsOptions {
  readonly status: () => Promise<ServiceStatus>;
  /** Epoch of the mark in force. */
  readonly epoch: () => number;
  /** The last position read from the journal. */
  readonly position: () => number;
  /** Records from before are history: they are read, not counted. */
  readonly startedAt: number;
}

export interface Metrics {
  /** Committed records, as they come. */
  records(records: readonly JournalRecord[]): void;
  deadLetter(code: string): void;
  readonly http: HttpMeter;
  /** Everything in the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Counts what happens and, when it is asked, measures how the service stands. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const counter = (name: string, help: string, labelNames: readonly string[] = []): Counter =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });

  const position = gauge('stageline_journal_position', 'Last position read from the journal.');
  const of = ['consumer', 'target'];
  const consumers = {
    position: gauge('stageline_consumer_position', 'Last position that a consumer has done with.', of),
    records: gauge('stageline_consumer_lag_records', 'Records that a consumer is behind.', of),
    seconds: gauge('stageline_consumer_lag_seconds', 'Age of the oldest record not taken.', of),
    stopped: gauge('stageline_consumer_stopped', '1 if a consumer has stopped.', of),
  };
  const commands = counter(
    'stageline_commands_total',
    'Commands recorded in the journal since this instance started.',
    ['command', 'outcome'],
  );
  const deadLetters = counter('stageline_dead_letters_total', 'Dead letters since this instance started.', [
    'code',
  ]);
  const deployments = counter(
    'stageline_deployments_total',
    'Outcomes of deployments recorded since this instance started, one for each function.',
    ['environment', 'outcome'],
  );
  const terms = counter('stageline_terms_total', 'Terms of writers since the journal began.');
  const voids = gauge('stageline_void_messages', 'Messages of records that count for nothing.');
  const webhooks = gauge('stageline_webhooks', 'Webhooks that this instance delivers.');
  const pushed = counter(
    'stageline_webhook_messages_total',
    'How messages for webhooks ended since this instance started.',
    ['outcome'],
  );
  const held = gauge('stageline_effects_held', 'Releases that wait for a person.', ['target']);
  const drifted = gauge(
    'stageline_drifted_functions',
    'Functions that run otherwise than they were deployed, or not at all, as the newest comparison found.',
    ['project', 'environment'],
  );
  const streams = gauge('stageline_event_streams', 'Event streams open on this instance.');
  const ready = gauge('stageline_ready', '1 if a check of readiness is well.', ['check']);
  const answers = new Histogram({
    name: 'stageline_http_command_duration_seconds',
    help: 'From the arrival of POST /v1/commands to its answer, by HTTP status; 202 is one without a reply yet.',
    labelNames: ['status'],
    buckets: SECONDS,
    registers: [registry],
  });

  const measure = (status: ServiceStatus): void => {
    position.set(options.position());
    for (const one of Object.values(consumers)) one.reset();
    for (const { name, target = '', state, ...at } of status.consumers) {
      const labels = { consumer: name, target };
      consumers.position.set(labels, at.position);
      consumers.records.set(labels, at.lagRecords);
      consumers.seconds.set(labels, at.lagSeconds);
      consumers.stopped.set(labels, state === 'stopped' ? 1 : 0);
    }
    terms.reset();
    terms.inc(options.epoch());
    voids.set(status.counters['voidMessages'] ?? 0);
    webhooks.set(status.counters['webhooksRunning'] ?? 0);
    pushed.reset();
    for (const [outcome, name] of WEBHOOK_OUTCOMES) pushed.inc({ outcome }, status.counters[name] ?? 0);
    held.reset();
    for (const { topic, heldReleases = 0 } of status.effects) held.set({ target: topic }, heldReleases);
    ready.reset();
    for (const [check, isWell] of wellness(status.checks)) ready.set({ check }, isWell ? 1 : 0);
  };

  return {
    records(records) {
      for (const { command, outcome, events, time } of records) {
        // How it stands, not what happens: history counts too.
        for (const event of events) {
          if (event.type !== 'drift-recorded' || event.some === true || event.state !== 'done') continue;
          const { project, environment, summary } = event;
          drifted.set({ project, environment }, summary.drifted + summary.missing);
        }
        if (Date.parse(time) < options.startedAt) continue;
        commands.inc({ command: command.command, outcome });
        for (const event of events) {
          if (event.type !== 'deployment-recorded') continue;
          for (const result of event.results)
            deployments.inc({ environment: event.environment, outcome: result.outcome });
        }
      }
    },
    // Anyone may write there: a code that is none of ours makes no series of its own.
    deadLetter: (code) => deadLetters.inc({ code: Object.hasOwn(CODES, code) ? code : 'other' }),
    http: {
      commandAnswered: (status, seconds) => answers.observe({ status: String(status) }, seconds),
      eventStreams: (change) => streams.inc(change),
    },
    async text() {
      measure(await options.status());
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** Checks by name; where several have one, all must be well. */
function wellness(checks: readonly Check[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { name, ok } of checks) found.set(name, ok && (found.get(name) ?? true));
  return found;
}
