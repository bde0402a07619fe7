import type { Config } from '../config.js';
import { createDatabases } from '../history/databases.js';
import { createJobs } from '../history/jobs.js';
import { topicSource } from '../history/journal-source.js';
import { rebuild } from '../history/rebuild.js';
import { switchOver } from '../history/switch-over.js';
import { verify } from '../history/verify.js';
import type { Bus } from '../ports/bus.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { Databases } from '../ports/databases.js';
import type { DocumentStore } from '../ports/documents.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Jobs } from '../ports/jobs.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import { openScratch } from './scratch.js';

/** A journal topic that says nothing for so long has ended. */
const IDLE_MS = 5_000;

export interface ServiceJobsOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly door: CommandDoor;
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface ServiceJobs {
  readonly jobs: Jobs;
  readonly databases: Databases;
  /** Cancels what runs; a rebuild is gone on with when it is asked for again. */
  readonly close: () => Promise<void>;
}

/** Rebuild and verify in the running service. */
export function createServiceJobs(options: ServiceJobsOptions): ServiceJobs {
  const { config, store, feed } = options;
  const journalTopic = config.topics.journal;
  const head = (): number => feed.head();
  const source = topicSource({ ...options, topic: journalTopic, head, idleMs: IDLE_MS });
  const log = options.log.child({ part: 'jobs' });
  let building: string | undefined;

  const jobs = createJobs({
    ...options,
    log,
    rebuild: async (request, context) => {
      try {
        return await rebuild({
          ...options,
          ...context,
          log,
          source,
          head,
          request,
          switchTo: (database, signal) =>
            switchOver({ ...options, caller: context.caller }, database, signal),
          onTarget: (database) => (building = database),
        });
      } finally {
        building = undefined;
      }
    },
    verify: ({ heads = [] }, context) =>
      verify({
        ...options,
        ...context,
        log,
        journalTopic,
        scratch: openScratch,
        heads: new Map(heads.map(({ position, hash }) => [position, hash])),
        running: head,
        idleMs: IDLE_MS,
      }),
  });
  return { jobs, databases: createDatabases({ store, building: () => building, log }), close: jobs.close };
}
