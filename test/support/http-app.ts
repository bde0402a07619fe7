import type { FastifyInstance } from 'fastify';
import type { Check, ServiceStatus } from '../../src/core/status.js';
import { buildApp } from '../../src/http/app.js';
import type { BeamDeps, HttpSettings, StreamLimits } from '../../src/http/deps.js';
import { EVERYONE_IS_LOCAL } from '../../src/identity/callers.js';
import type { Bus } from '../../src/ports/bus.js';
import type { Callers, TicketSigner } from '../../src/ports/identity.js';
import type { Log } from '../../src/ports/system.js';
import { createFakeBus } from './fake-bus.js';
import { createFakeDeadLetters, type FakeDeadLetters } from './fake-dead-letters.js';
import { createFakeDoor, SOME_ID, type FakeDoor } from './fake-door.js';
import { createFakeFeed, type FakeFeed } from './fake-feed.js';
import { createFakeJournal, type FakeJournal } from './fake-journal.js';
import { createFakeDatabases, createFakeJobs, type FakeDatabases, type FakeJobs } from './fake-jobs.js';
import { createFakeLog } from './fake-log.js';
import { createFakeReads, type FakeReads } from './fake-reads.js';

/** The HTTP part over fakes. */
export interface TestApp {
  readonly app: FastifyInstance;
  readonly door: FakeDoor;
  readonly feed: FakeFeed;
  readonly reads: FakeReads;
  readonly journal: FakeJournal;
  readonly deadLetters: FakeDeadLetters;
  readonly jobs: FakeJobs;
  readonly databases: FakeDatabases;
  readonly log: ReturnType<typeof createFakeLog>;
  readonly checks: Check[];
}

export interface TestAppOptions {
  readonly settings?: Partial<HttpSettings>;
  readonly streams?: Partial<StreamLimits>;
  /** @defaultValue everyone is local */
  readonly callers?: Callers;
  /** @defaultValue over a fake bus */
  readonly beam?: BeamDeps;
  readonly tickets?: TicketSigner;
  /** @defaultValue the fake one that is returned */
  readonly logTo?: Log;
  /** Replaces the whole status. */
  readonly status?: () => Promise<ServiceStatus>;
}

const statusWith = (checks: readonly Check[]): ServiceStatus => ({
  version: '0.1.0',
  instance: 'test',
  startedAt: '2026-01-02T03:04:05.006Z',
  parts: ['http'],
  bus: 'embedded',
  store: 'embedded',
  authentication: 'none',
  environments: [{ name: 'test', target: 'sandbox' }],
  lease: { state: 'leading', epoch: 1, writer: 'w' },
  consumers: [],
  effects: [],
  counters: {},
  checks,
});

/** The door for Pulsar Beam's clients over a bus. */
export function beamOver(bus: Bus, more: Partial<BeamDeps> = {}): BeamDeps {
  const own = (name: string): string => `persistent://ops/stageline/${name}`;
  return {
    bus,
    async send(topic, message) {
      const producer = await bus.openProducer(topic);
      try {
        return await producer.send(message);
      } finally {
        await producer.close();
      }
    },
    own: {
      commands: own('commands'),
      replies: own('replies'),
      journal: own('journal'),
      deadLetters: own('dead-letters'),
      inner: ['persistent://ops/deployment/pre-deployment-configs-output', own('beats')],
      innerPrefix: 'persistent://ops/deployment-automation/',
    },
    opened: [],
    pulsarUrls: [],
    commandLimits: { maxBytes: 300_000, maxDepth: 50 },
    ...more,
  };
}

export function createTestApp({
  settings,
  streams,
  status,
  callers = EVERYONE_IS_LOCAL,
  beam,
  tickets,
  logTo,
}: TestAppOptions = {}): TestApp {
  const door = createFakeDoor();
  const feed = createFakeFeed();
  const reads = createFakeReads();
  const journal = createFakeJournal();
  const deadLetters = createFakeDeadLetters();
  const jobs = createFakeJobs();
  const databases = createFakeDatabases();
  const log = createFakeLog();
  const checks: Check[] = [{ name: 'bus', ok: true, detail: 'answers' }];
  const app = buildApp({
    callers,
    beam: beam ?? beamOver(createFakeBus()),
    ids: { uuid: () => SOME_ID },
    door,
    feed,
    reads,
    journal,
    deadLetters,
    jobs,
    databases,
    sealingKeys: async () => ({ keys: [] }),
    log: logTo ?? log,
    status: status ?? (async () => statusWith(checks)),
    settings: {
      host: '127.0.0.1',
      port: 7070,
      allowedHosts: [],
      maxCommandBytes: 1_000,
      corsOrigins: [],
      trustedProxies: [],
      requestsPerMinute: 0,
      ...settings,
    },
    environments: () => ['test', 'prod'],
    clock: { now: () => Date.UTC(2026, 0, 2) },
    ...(streams === undefined ? {} : { streams }),
    ...(tickets === undefined ? {} : { tickets }),
  });
  return { app, door, feed, reads, journal, deadLetters, jobs, databases, log, checks };
}

/** Headers that every request needs. */
export const HOST = { host: 'localhost:7070' };

/** The body of an answer as an object. */
export function bodyOf(answer: { readonly body: string }): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>;
}
