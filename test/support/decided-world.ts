import { LOCAL } from '../../src/core/authorise.js';
import type { Actor, Reply, JournalRecord } from '../../src/core/types.js';
import { DEFAULT_SECRET_RULES } from '../../src/core/secret-rules.js';
import type { Documents } from '../../src/ports/documents.js';
import { createDecider } from '../../src/processor/decide.js';
import type { Incoming } from '../../src/processor/inbox.js';
import type { Head, Outcome } from '../../src/processor/outcome.js';
import { createOverlay, type Layer } from '../../src/processor/overlay.js';
import type { Versioned } from '../../src/projections/fold.js';
import { createFakeLog } from './fake-log.js';
import { createDocumentsDisk, createMemoryStore } from './memory-documents.js';
import { TOPIC } from './world.js';
import { EVERY_WEBHOOK } from './every-webhook.js';

/** The writer's own half of the processor: commands are decided and folded on an overlay, batches are stored when the test says so. */
export interface DecidedWorld {
  /** What a batch will ask for is fetched. */
  prepare(batch: readonly Incoming[]): Promise<void>;
  /** Decides a command; its record, if it leaves one, is folded. */
  decide(incoming: Incoming): Promise<Decided>;
  /** Ends the batch under construction. */
  endBatch(): void;
  /** Stores the oldest `count` ended batches. */
  store(count: number): Promise<void>;
  readonly lines: readonly Buffer[];
  readonly records: readonly JournalRecord[];
  /** Every document as the next decision sees it, deleted ones too. */
  readonly versions: ReadonlyMap<string, Versioned>;
  head(): Head;
}

export interface Decided {
  readonly status: Reply['status'] | 'unreadable';
  readonly code: string | undefined;
  readonly reply: Reply | undefined;
  readonly record: JournalRecord | undefined;
}

const LIMITS = {
  maxBytes: 300 * 1024,
  maxDepth: 32,
  maxRecordBytes: 700 * 1024,
  maxConfigs: 1_000,
  secretRules: DEFAULT_SECRET_RULES,
  webhooks: EVERY_WEBHOOK,
  namespaces: {},
};

let messages = 0;

/** A message as the writer gets it. */
export function arrived(payload: Buffer | string, via: 'commands' | 'results'): Incoming {
  const id = String((messages += 1));
  const message = { id, payload: Buffer.from(payload as string), properties: {}, publishTime: 0 };
  return { via, topic: via, message, consumer: undefined as never };
}

export interface DecidedWorldOptions {
  /** Ids of the writer's own commands. @defaultValue counted */
  readonly uuid?: () => string;
  readonly now?: () => number;
  /** @defaultValue everyone is local */
  readonly whoAsks?: () => Actor;
  readonly limits?: Partial<typeof LIMITS>;
}

export async function createDecidedWorld(options: DecidedWorldOptions = {}): Promise<DecidedWorld> {
  const log = createFakeLog();
  const documents: Documents = await createMemoryStore(createDocumentsDisk()).create('documents-model');
  const overlay = createOverlay({ documents, maxCached: 20, log, signal: new AbortController().signal });
  let head: Head = { position: 0, hash: null, time: '' };
  let [ticks, ids] = [0, 0];
  let batch: Layer | undefined;
  let ended = 0;
  const lines: Buffer[] = [];
  const records: JournalRecord[] = [];
  const versions = new Map<string, Versioned>();
  const decider = createDecider({
    overlay,
    limits: { ...LIMITS, ...options.limits },
    deploymentsTopic: TOPIC,
    replyTopicPrefixes: [],
    history: undefined as never,
    clock: { now: options.now ?? (() => Date.UTC(2026, 0, 1) + (ticks += 1_000)) },
    ids: {
      uuid: options.uuid ?? (() => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`),
    },
    log,
    ...(options.whoAsks === undefined ? {} : { whoAsks: () => ({ actor: options.whoAsks?.() ?? LOCAL }) }),
  });

  const decide = async (incoming: Incoming): Promise<Decided> => {
    const outcome: Outcome = await decider.decide(incoming, head);
    if (outcome.kind === 'later') throw new Error('the model asks nothing of the past');
    if (outcome.kind === 'record') {
      batch ??= overlay.begin();
      overlay.add(batch, outcome.record.position, outcome.folded);
      for (const [id, version] of outcome.folded) versions.set(id, version);
      head = outcome.head;
      lines.push(outcome.line);
      // What is compared is what a reader of the journal gets.
      records.push(JSON.parse(outcome.line.toString()) as JournalRecord);
    }
    const { reply } = outcome;
    const record = outcome.kind === 'record' ? records.at(-1) : undefined;
    return {
      status: reply?.status ?? record?.outcome ?? 'unreadable',
      code: (reply ?? record)?.error?.code,
      reply,
      record,
    };
  };

  return {
    prepare: (batch) => decider.prepare(batch, head),
    decide,
    endBatch() {
      if (batch !== undefined) ended += 1;
      batch = undefined;
      overlay.trim();
    },
    async store(count) {
      const some = Math.min(count, ended);
      if (some === 0) return;
      const results = await documents.write(overlay.writes(some));
      const revs = new Map<string, string>();
      for (const result of results) {
        if (!result.ok) throw new Error(`${result.id}: ${result.detail}`);
        revs.set(result.id, result.rev);
      }
      overlay.stored(some, revs);
      ended -= some;
    },
    lines,
    records,
    versions,
    head: () => head,
  };
}
