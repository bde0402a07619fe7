import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import type { JournalSource } from '../history/journal-source.js';
import type { Bus } from '../ports/bus.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';
import { usage } from './exit.js';
import { lineLog } from './line-log.js';

/** The journal topic has ended where nothing comes for so long. */
const QUIET_MS = { embedded: 300, pulsar: 5_000 } as const;

export interface EnginesOptions {
  /** Told what the engines have to say, a line each; standard output is for results. */
  readonly say: (line: string) => void;
  /** A data directory that is not there is made; otherwise it is a fault, since nothing can be read from it. @defaultValue false */
  readonly create?: boolean;
}

/** The engines that the configuration names, opened in this process. */
export interface ConfiguredEngines {
  readonly bus: Bus;
  readonly store: DocumentStore;
  /** The administration of Stageline's own topics; the embedded bus has none. */
  readonly admin: TopicAdmin | undefined;
  /** The journal topic, to its end. Rejects rather than end before the documents' position. */
  readonly source: JournalSource;
  readonly log: Log;
  close(): Promise<void>;
}

/**
 * Opens the engines that the configuration names, without a service. Rejects with LEASE_HELD where a service has the
 * embedded data directory, with a usage fault where there is none.
 */
export async function openConfiguredEngines(
  config: Config,
  { say, create = false }: EnginesOptions,
): Promise<ConfiguredEngines> {
  const embedded = config.bus.kind === 'embedded' || config.store.kind === 'embedded';
  if (embedded && !create && !existsSync(join(config.dataDir, config.bus.kind === 'embedded' ? 'bus' : '')))
    throw usage(`there is no data directory ${config.dataDir}; set STAGELINE_DATA_DIR`);
  // Drivers are loaded by the commands that need them alone.
  const { openBus, openStore, openTopicAdmin } = await import('../service/engines.js');
  const { topicSource } = await import('../history/journal-source.js');
  const { createDocumentReads } = await import('../feed/document-reads.js');
  const log = lineLog(say);
  const bus = await openBus(config, log);
  try {
    const store = await openStore(config, log);
    const source = topicSource({
      bus,
      topic: config.topics.journal,
      log,
      head: () => undefined,
      atLeast: () => createDocumentReads(store).position(),
      idleMs: config.bus.kind === 'embedded' ? QUIET_MS.embedded : QUIET_MS.pulsar,
    });
    const close = async (): Promise<void> => {
      await bus.close();
      await store.close();
    };
    return { bus, store, admin: openTopicAdmin(config), source, log, close };
  } catch (error) {
    await bus.close();
    throw error;
  }
}
