import type { Config } from '../config.js';
import type { ServiceStatus } from '../core/status.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { Bus } from '../ports/bus.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { HttpMeter } from '../ports/http-meter.js';
import type { Log } from '../ports/system.js';
import { watchDeadLetters } from './dead-letter-watch.js';
import { createMetrics } from './metrics.js';
import { serveMetrics } from './metrics-server.js';

export interface StartMetricsOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly feed: EventFeed;
  readonly follower: JournalFollower;
  readonly status: () => Promise<ServiceStatus>;
  readonly startedAt: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface RunningMetrics {
  readonly url: string;
  readonly meter: HttpMeter;
  /** Ends with the signal. */
  readonly running: Promise<void>;
  close(): Promise<void>;
}

/** Counts and tells metrics, if the configuration says where. */
export async function startMetrics(options: StartMetricsOptions): Promise<RunningMetrics | undefined> {
  const { config, feed, follower, bus, signal } = options;
  if (config.metrics === undefined) return undefined;
  const log = options.log.child({ part: 'metrics' });
  const metrics = createMetrics({
    ...options,
    epoch: () => follower.state().epoch,
    position: () => follower.state().position,
  });
  const server = await serveMetrics(metrics, { ...config.metrics, log });
  const unwatch = feed.watch((records) => metrics.records(records));
  const topic = config.topics.deadLetters;
  return {
    url: server.url,
    meter: metrics.http,
    running: watchDeadLetters({ bus, topic, log, signal, onLetter: (code) => metrics.deadLetter(code) }),
    async close() {
      unwatch();
      await server.close();
    },
  };
}
