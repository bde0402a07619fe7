import { createCouchDbDocumentStore } from '../../src/adapters/couchdb/documents.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import type { Bus } from '../../src/ports/bus.js';
import type { DocumentStore } from '../../src/ports/documents.js';
import {
  answerFaults,
  countedJournal,
  documentFaults,
  effectFaults,
  keepMessagesOf,
  messagesOf,
  openReleases,
  type CountedJournal,
} from './crash-checks.js';
import type { Sent } from './crash-load.js';

/** Servers and settings of one run, as `pulsarSettings` makes them. */
export type RunSettings = Readonly<Record<string, string>>;

/** The servers of a run, gone up to directly and not through a proxy. */
export interface PulsarRun {
  readonly bus: Bus;
  readonly store: DocumentStore;
  /** Asks the admin API; the answer's JSON, undefined where it has none. */
  admin(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<unknown>;
  /** Cuts every client off a topic. */
  unload(topic: string): Promise<void>;
  close(): Promise<void>;
}

/** What the checks at the end of a run have found. */
export interface RunChecks {
  /** What is wrong, in words; must be empty. */
  readonly faults: readonly string[];
  readonly journal: CountedJournal;
}

/** The path of a topic in the admin API. */
export function topicPath(topic: string): string {
  return topic.replace('://', '/');
}

/** Opens the servers of a run. Effects are kept from here on, so that they can be counted at the end. */
export async function openPulsarRun(settings: RunSettings): Promise<PulsarRun> {
  const bus = createPulsarWsBus({ url: settings['STAGELINE_PULSAR_WS_URL'] ?? '' });
  const store = await createCouchDbDocumentStore({
    url: settings['STAGELINE_COUCHDB_URL'] ?? '',
    database: settings['STAGELINE_COUCHDB_DATABASE'] ?? '',
  });
  await keepMessagesOf(bus, settings['STAGELINE_TOPIC_DEPLOYMENTS'] ?? '');
  const admin: PulsarRun['admin'] = async (method, path, body) => {
    const url = `${settings['STAGELINE_PULSAR_ADMIN_URL'] ?? ''}/admin/v2/${path}`;
    const response = await fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  return {
    bus,
    store,
    admin,
    async unload(topic) {
      await admin('PUT', `${topicPath(topic)}/unload`);
    },
    async close() {
      await bus.close();
      await store.close();
    },
  };
}

/** Compares what callers were told with journal, documents and effects, once everything has stopped. */
export async function checkPulsarRun(
  run: PulsarRun,
  settings: RunSettings,
  sent: readonly Sent[],
): Promise<RunChecks> {
  const journal = countedJournal(await messagesOf(run.bus, settings['STAGELINE_TOPIC_JOURNAL'] ?? ''));
  const { records } = journal;
  const effects = await messagesOf(run.bus, settings['STAGELINE_TOPIC_DEPLOYMENTS'] ?? '');
  const faults = [
    ...(records.length === 0 ? ['the journal is empty'] : []),
    ...answerFaults(sent, records),
    ...(await documentFaults(run.store, records)),
    ...effectFaults(effects, records),
    ...(await openReleases(run.store)),
  ];
  return { faults, journal };
}

/** Waits until every release has its outcomes. */
export async function deployed(run: PulsarRun, withinMs: number): Promise<void> {
  let open: string[] = [];
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    open = await openReleases(run.store);
    if (open.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`releases still wait: ${open.slice(0, 5).join(', ')} (${open.length})`);
}
