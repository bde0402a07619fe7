import { createJournalFollower } from '../../src/feed/journal-follower.js';
import { DEFAULT_SECRET_RULES } from '../../src/core/secret-rules.js';
import { startProcessor } from '../../src/processor/processor.js';
import { createFakeLog, type LogLine } from './fake-log.js';
import { createFuse, storeWithFuse, withFuse, type Fuse } from './fuse.js';
import { createBusDisk, createMemoryBus, messagesOn, owedTo, type BusDisk } from './memory-bus.js';
import { createDocumentsDisk, createMemoryStore, type DocumentsDisk } from './memory-documents.js';
import { TOPIC } from './world.js';
import { EVERY_WEBHOOK } from './every-webhook.js';

const topic = (name: string): string => `persistent://ops/stageline/${name}`;

export const TOPICS = {
  commands: topic('commands'),
  results: topic('results'),
  journal: topic('journal'),
  beats: 'non-persistent://ops/stageline/beats',
  replies: topic('replies'),
  deadLetters: topic('dead-letters'),
  deployments: TOPIC,
};

/** What there is to do, as it lies on the topics. Results lie behind all commands, so that there is one order. */
export interface Workload {
  readonly commands: readonly (string | Buffer)[];
  readonly results: readonly (string | Buffer)[];
}

/** What one process leaves to the next. */
export interface Disk {
  readonly bus: BusDisk;
  readonly documents: DocumentsDisk;
}

export function createDisk({ commands, results }: Workload): Disk {
  const disk = { bus: createBusDisk(), documents: createDocumentsDisk() };
  for (const [name, payloads] of [
    [TOPICS.commands, commands],
    [TOPICS.results, results],
  ] as const) {
    const messages = payloads.map((payload, index) => {
      const bytes = Buffer.from(payload as string);
      return { id: String(index + 1), payload: bytes, key: 'default', properties: {}, publishTime: 0 };
    });
    disk.bus.topics.set(name, messages);
  }
  return disk;
}

/** The clock stands still, in the first second of 1970: how far effects are published is noted at the end only, so that undisturbed runs are all alike. */
const NOW = 500;
/** A run that has not finished by then hangs. */
const HANGS_MS = 60_000;

/** Journal and store take their time: the next batches are decided meanwhile. */
const TURNS = 4;
const SUBSCRIPTION = 'stageline-processor';
const LIMITS = {
  maxBytes: 300 * 1024,
  maxDepth: 32,
  maxRecordBytes: 700 * 1024,
  maxConfigs: 1_000,
  secretRules: DEFAULT_SECRET_RULES,
  webhooks: EVERY_WEBHOOK,
  namespaces: {},
};

/** What the current database holds. */
export function storedOn({ documents }: Disk): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const current = documents.databases.get(documents.current ?? '') ?? new Map<string, { json: string }>();
  return new Map(
    [...current].map(([id, { json }]) => [id, JSON.parse(json) as Readonly<Record<string, unknown>>]),
  );
}

function isOwed({ bus }: Disk, name: string): boolean {
  const subscribed = bus.acknowledged.has(`${name} ${SUBSCRIPTION}`);
  return !subscribed || owedTo(bus, name, SUBSCRIPTION) > 0;
}

function isDone(disk: Disk): boolean {
  if (isOwed(disk, TOPICS.commands) || isOwed(disk, TOPICS.results)) return false;
  const effects = storedOn(disk).get(`effects:${TOPIC}`);
  return messagesOn(disk.bus, TOPIC).length === Number(effects?.['next'] ?? 1) - 1;
}

/** How far everything is, for whoever asks why it is not done. */
function standingOf(disk: Disk): string {
  const { bus } = disk;
  const effects = storedOn(disk).get(`effects:${TOPIC}`);
  return JSON.stringify({
    commands: [messagesOn(bus, TOPICS.commands).length, owedTo(bus, TOPICS.commands, SUBSCRIPTION)],
    results: [messagesOn(bus, TOPICS.results).length, owedTo(bus, TOPICS.results, SUBSCRIPTION)],
    journal: messagesOn(bus, TOPICS.journal).length,
    effects: [effects?.['next'], effects?.['published'], messagesOn(bus, TOPIC).length],
  });
}

/** The machine lost its power: of what the store was told last, so much is not on disk. The bus syncs what it says it has. */
export function losePower({ documents }: Disk, writes: number): void {
  for (const undo of documents.written.splice(-writes, writes).reverse()) undo();
}

export interface LifeOptions {
  readonly fuse: Fuse;
  /** Commands that arrive at once at most. */
  readonly portion: number;
}

/** One life of the processor on a disk: until everything is done and it has ended well, or until the fuse blows. */
export async function live(disk: Disk, { fuse, portion }: LifeOptions): Promise<readonly LogLine[]> {
  const log = createFakeLog();
  const memory = createMemoryBus(disk.bus, {
    now: () => NOW,
    portion,
    turns: TURNS,
    ready: (name) => name !== TOPICS.results || !isOwed(disk, TOPICS.commands),
  });
  const bus = withFuse(memory, fuse);
  const stopping = new AbortController();
  const follower = createJournalFollower({ bus, topic: TOPICS.journal, log, now: () => NOW });
  const processor = startProcessor({
    bus,
    admin: undefined,
    store: storeWithFuse(createMemoryStore(disk.documents, { turns: TURNS }), fuse),
    follower,
    topics: TOPICS,
    environments: [{ name: 'test' }, { name: 'prod' }],
    limits: LIMITS,
    replyTopicPrefixes: [],
    history: { stateAt: () => Promise.reject(new Error('nothing is asked of the past')) },
    reach: () => undefined,
    clock: { now: () => NOW },
    ids: { uuid: () => '00000000-0000-7000-8000-000000000000' },
    log,
    signal: stopping.signal,
  });
  fuse.blown.addEventListener('abort', () => {
    stopping.abort();
    disk.bus.changed.ring();
  });
  const end = Date.now() + HANGS_MS;
  const begun = (): boolean => log.lines.some(({ event }) => event === 'term-begun');
  while (!fuse.blown.aborted && !(begun() && isDone(disk)) && Date.now() < end)
    await disk.bus.changed.wait(10);
  const hung = Date.now() < end ? undefined : `not done: ${standingOf(disk)}`;
  stopping.abort();
  await processor.done;
  const closed = follower.close();
  await memory.close();
  await closed;
  if (hung !== undefined) throw new Error(`${hung}, ${JSON.stringify(log.lines.slice(-5))}`);
  return log.lines;
}

/** A life that ends with the write after so many. */
export interface Death {
  readonly writes: number;
  /** Written documents that are lost with it. */
  readonly lost: number;
}

/** Lives of the processor that each end too early, and one that ends well. */
export async function liveThrough(
  workload: Workload,
  { deaths, portion }: { readonly deaths: readonly Death[]; readonly portion: number },
): Promise<Disk> {
  const disk = createDisk(workload);
  for (const { writes, lost } of deaths) {
    await live(disk, { fuse: createFuse(writes), portion });
    losePower(disk, lost);
  }
  await live(disk, { fuse: createFuse(Infinity), portion });
  return disk;
}
