import { createServer, type AddressInfo } from 'node:net';
import type { Config } from '../config.js';
import { AppError, messageOf } from '../errors.js';
import { createDeadLetters } from '../feed/dead-letters.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import { createJournalLines } from '../history/journal-lines.js';
import type { JournalSource } from '../history/journal-source.js';
import { buildApp } from '../http/app.js';
import type { HttpDeps } from '../http/deps.js';
import type { Bus } from '../ports/bus.js';
import type { DocumentStore } from '../ports/documents.js';
import type { HttpMeter } from '../ports/http-meter.js';
import type { WebhookSigner } from '../webhooks/signing.js';
import { openBeam } from './beam.js';
import type { Identity } from './identity.js';
import { createSealingKeys } from './sealing-keys.js';
import { ownInputs } from './topics.js';

export interface StartHttpOptions extends Pick<
  HttpDeps,
  'door' | 'feed' | 'reads' | 'jobs' | 'databases' | 'status' | 'clock' | 'ids' | 'log'
> {
  readonly config: Config;
  readonly identity: Identity;
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly source: JournalSource;
  readonly follower: JournalFollower;
  readonly meter: HttpMeter | undefined;
  readonly webhookSigner: WebhookSigner | undefined;
}

export interface ListeningHttp {
  readonly url: string;
  /** Ends what comes in; answers that are under way are given. */
  close(): Promise<void>;
  /** Lets go of what it held on the bus. */
  release(): Promise<void>;
}

/** Wires the HTTP part to the rest of the service and has it listen. */
export async function startHttp(options: StartHttpOptions): Promise<ListeningHttp> {
  const { config, identity, bus, source, store, follower, meter, log, webhookSigner, ...deps } = options;
  const beam = openBeam({ bus, config, whoAsks: identity.whoAsks });
  const { httpHost: host, httpPort: port } = config;
  const app = buildApp({
    ...deps,
    beam: beam.deps,
    callers: identity.callers,
    tickets: identity.tickets,
    webhookSecret: webhookSigner?.secretOf,
    journal: createJournalLines({ source, store, end: () => follower.state() }),
    sealingKeys: createSealingKeys(config.sealing),
    deadLetters: createDeadLetters({
      bus,
      log,
      topic: config.topics.deadLetters,
      resendTo: ownInputs(config),
      ticketFor: identity.ticketFor,
    }),
    log: log.child({ part: 'http' }),
    environments: () => config.environments.map(({ name }) => name),
    settings: {
      host,
      port,
      allowedHosts: config.httpAllowedHosts,
      maxCommandBytes: config.limits.maxCommandBytes,
      corsOrigins: config.httpCorsOrigins,
      trustedProxies: config.httpTrustedProxies,
      requestsPerMinute: config.httpRequestsPerMinute,
    },
    ...(meter === undefined ? {} : { meter }),
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await beam.close();
    throw error;
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () => app.close(),
    release: () => beam.close(),
  };
}

/** A port that is taken is told before anything is begun. */
export async function checkPort({ httpHost, httpPort }: Config): Promise<void> {
  const probe = createServer();
  const free = new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(httpPort, httpHost, resolve);
  });
  try {
    await free;
  } catch (cause) {
    const detail = `Nothing can listen on ${httpHost}:${httpPort}: ${messageOf(cause)}. Set STAGELINE_HTTP_HOST and STAGELINE_HTTP_PORT.`;
    throw new AppError('INVALID_CONFIG', detail, { cause });
  }
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
}
