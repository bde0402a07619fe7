import { pino } from 'pino';
import { loadConfig, type Config } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import type { Bus } from '../../src/ports/bus.js';
import type { DocumentStore } from '../../src/ports/documents.js';
import { openBus, openStore } from '../../src/service/engines.js';
import {
  answerFaults,
  countedJournal,
  documentFaults,
  effectFaults,
  foldedDocuments,
  keepMessagesOf,
  messagesOf,
  openReleases,
  owedEffects,
} from './crash-checks.js';
import type { Sent } from './crash-load.js';
import { sandboxFaults } from './crash-sandbox.js';
import {
  letterFaults,
  lettersByCode,
  orderFaults,
  outcomeFaults,
  replyFaults,
  routeFaults,
} from './crash-topics.js';

/** A topic that says nothing for so long has ended: a broker takes its time, the embedded bus has all at hand. */
const END_MS = { embedded: 0, broker: 2_000 };
const log = pino({ level: 'silent' });

/** What a run comes to. */
export interface RunFigures {
  readonly records: number;
  readonly terms: number;
  readonly voidRecords: number;
  readonly documents: number;
  /** How often the service went on with rebuilt documents. */
  readonly switches: number;
  /** Databases of documents: the current one, and those that were given up. */
  readonly databases: number;
  readonly effects: number;
  /** Commands as they stand on the topic, those sent again included. */
  readonly arrived: number;
  readonly replies: number;
  readonly deadLetters: Readonly<Record<string, number>>;
}

/** What is wrong, in words, by command and position; must be empty. */
export interface RunCheck {
  readonly faults: readonly string[];
  readonly figures: RunFigures;
}

export interface CheckOptions {
  /** Commands may wait for their answers yet, releases for their outcomes. */
  readonly unfinished?: boolean;
}

/** One service's engines, looked at while it does not run. */
export interface CrashRun {
  readonly config: Config;
  /** Makes its topics, and keeps all that they get from here on. */
  prepare(): Promise<void>;
  /** Drops the documents: the next start folds the journal anew. */
  dropDocuments(): Promise<void>;
  /** Compares what callers were told with journal, documents, topics and sandboxes. */
  check(sent: readonly Sent[], options?: CheckOptions): Promise<RunCheck>;
}

/** Makes a run out of a service's settings. */
export function createCrashRun(env: Readonly<Record<string, string>>): CrashRun {
  const config = loadConfig({ env, cwd: process.cwd() });
  const { topics } = config;
  const environments = config.environments.map(({ name }) => name);
  const routed = environments.map((name) => topics.environmentPrefix + name);
  const endMs = config.bus.kind === 'embedded' ? END_MS.embedded : END_MS.broker;

  const withBus = async <T>(use: (bus: Bus) => Promise<T>): Promise<T> => {
    const bus = await openBus(config, log);
    try {
      return await use(bus);
    } finally {
      await bus.close();
    }
  };

  const withStore = async <T>(use: (store: DocumentStore) => Promise<T>): Promise<T> => {
    const store = await openStore(config);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  };

  return {
    config,
    async prepare() {
      await initTopics(config);
      await withBus(async (bus) => {
        const kept = [topics.commands, topics.replies, topics.deployments, topics.results, ...routed];
        for (const topic of kept) await keepMessagesOf(bus, topic);
      });
    },
    dropDocuments: () =>
      withStore(async (store) => {
        const name = await store.current();
        // The process may have died before it made another one than what was dropped last.
        if (name !== undefined && (await store.list()).includes(name)) await store.drop(name);
      }),
    check: (sent, { unfinished = false } = {}) =>
      withBus(async (bus) => {
        const read = (topic: string): ReturnType<typeof messagesOf> => messagesOf(bus, topic, endMs);
        const { records, terms, voidRecords } = countedJournal(await read(topics.journal));
        const folded = foldedDocuments(records);
        const commands = await read(topics.commands);
        const replies = await read(topics.replies);
        const letters = await read(topics.deadLetters);
        const effects = await read(topics.deployments);
        const faults = [
          ...(records.length === 0 ? ['the journal is empty'] : []),
          ...answerFaults(unfinished ? sent.filter((entry) => entry.replies.length > 0) : sent, records),
          ...replyFaults(commands, replies, records, { onTheirWay: unfinished }),
          ...orderFaults(commands, records),
          ...effectFaults(effects, records, { onTheirWay: unfinished }),
          ...letterFaults(letters),
        ];
        const databases = await withStore(async (store) => {
          faults.push(...(await documentFaults(store, records, folded)));
          if (!unfinished) faults.push(...(await openReleases(store)));
          return (await store.list()).length;
        });
        if (!unfinished) {
          const passedOn = (await Promise.all(routed.map(read))).flat();
          faults.push(...routeFaults(passedOn, records));
          faults.push(...outcomeFaults(await read(topics.results), records));
          faults.push(...(await sandboxFaults(config.dataDir, environments, folded)));
        }
        return {
          faults,
          figures: {
            records: records.length,
            terms,
            voidRecords,
            documents: [...folded.entries()].length,
            switches: records
              .flatMap(({ events }) => events)
              .filter(({ type }) => type === 'documents-switched').length,
            databases,
            effects: owedEffects(records).owed.length,
            arrived: commands.length,
            replies: replies.length,
            deadLetters: lettersByCode(letters),
          },
        };
      }),
  };
}
