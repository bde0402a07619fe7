import { randomUUID } from 'node:crypto';
import type { Reply } from '../../src/core/types.js';
import type { FaultRig } from './fault-rig.js';
import { topicPath } from './pulsar-checks.js';
import { until } from './until.js';

/** The long form is the campaign's, the short one the suite's. */
export type Form = 'short' | 'long';

/** Something that goes wrong between the service and its servers. */
export interface FaultScenario {
  readonly name: string;
  /** Breaks something; resolves when it is mended again. Rejects where the service did not behave meanwhile. */
  run(rig: FaultRig, form: Form): Promise<void>;
  /** Nothing can be answered meanwhile, for longer than `/readyz` may take to say so. */
  readonly silences?: boolean;
  /** How soon the service must be well again, where that is what is shown. */
  readonly withinMs?: number;
  /** Takes too long for the suite. */
  readonly longOnly?: boolean;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const topicOf = ({ settings }: FaultRig, name: string): string => settings[`STAGELINE_TOPIC_${name}`] ?? '';

/** Faults that need no server of one's own. */
export const NETWORK_FAULTS: readonly FaultScenario[] = [
  ...['COMMANDS', 'JOURNAL', 'REPLIES', 'RESULTS', 'DEPLOYMENTS'].map((topic): FaultScenario => ({
    name: `the topic ${topic.toLowerCase()} is unloaded`,
    run: (rig) => rig.run.unload(topicOf(rig, topic)),
  })),
  {
    name: 'connections to the broker are cut',
    async run(rig, form) {
      for (let cut = 0; cut < (form === 'long' ? 10 : 3); cut += 1) {
        rig.broker.cut();
        await sleep(700);
      }
    },
  },
  {
    name: 'connections to CouchDB are cut',
    async run(rig, form) {
      for (let cut = 0; cut < (form === 'long' ? 50 : 10); cut += 1) {
        rig.couchdb.cut();
        await sleep(100);
      }
    },
  },
  {
    name: 'CouchDB stores what it is sent, and its answers are lost',
    async run(rig, form) {
      for (let loss = 0; loss < (form === 'long' ? 20 : 3); loss += 1)
        await rig.couchdb.loseAnswer(/POST \S+_bulk_docs/);
    },
  },
  {
    name: 'the broker is 2 s away',
    async run(rig, form) {
      rig.broker.set({ kind: 'delay', ms: 1_000 });
      await sleep(form === 'long' ? 30_000 : 5_000);
      rig.broker.set({ kind: 'pass' });
    },
  },
  {
    name: 'the broker is 8 s away',
    longOnly: true,
    silences: true,
    async run(rig) {
      rig.broker.set({ kind: 'delay', ms: 4_000 });
      await sleep(60_000);
      rig.broker.set({ kind: 'pass' });
    },
  },
  {
    name: 'CouchDB is 2 s away',
    async run(rig, form) {
      rig.couchdb.set({ kind: 'delay', ms: 1_000 });
      await sleep(form === 'long' ? 30_000 : 5_000);
      rig.couchdb.set({ kind: 'pass' });
    },
  },
  {
    name: 'nothing comes from or gets to the broker for 15 s',
    silences: true,
    async run(rig) {
      rig.broker.set({ kind: 'black-hole' });
      await sleep(15_000);
      rig.broker.set({ kind: 'pass' });
    },
  },
  {
    name: 'nothing comes from or gets to CouchDB for a while',
    silences: true,
    async run(rig, form) {
      rig.couchdb.set({ kind: 'black-hole' });
      await sleep(form === 'long' ? 45_000 : 8_000);
      rig.couchdb.set({ kind: 'pass' });
    },
  },
  {
    name: 'CouchDB is stopped for a while',
    silences: true,
    async run(rig, form) {
      await rig.couchdb.refuse();
      await sleep(form === 'long' ? 30_000 : 8_000);
      await rig.couchdb.accept();
    },
  },
  {
    name: 'the lease is lost again while the documents are opened',
    withinMs: 12_000,
    run: loseLeaseAtStart,
  },
  { name: 'a document that is about to be written is written by someone else', run: touchDocuments },
  { name: 'a topic for a reply refuses it', run: refusedReply },
  {
    name: 'the topic of replies takes nothing for a while',
    async run(rig, form) {
      const replies = new RegExp(`/producer/.*/${lastPart(topicOf(rig, 'REPLIES'))}[? ]`);
      rig.broker.set({ kind: 'black-hole' }, replies);
      await sleep(form === 'long' ? 20_000 : 6_000);
      rig.broker.set({ kind: 'pass' });
    },
  },
];

/** Cuts the journal's producer when it has just been opened, and the term waits for its documents. */
async function loseLeaseAtStart(rig: FaultRig): Promise<void> {
  const appends = new RegExp(`/producer/.*/${lastPart(topicOf(rig, 'JOURNAL'))}[? ]`);
  rig.broker.set({ kind: 'black-hole' }, appends);
  for (const connection of rig.broker.connections(appends)) connection.cut();
  await until(() => rig.broker.connections(appends).some((connection) => connection.waiting() > 0));
  rig.couchdb.set({ kind: 'black-hole' });
  rig.broker.set({ kind: 'pass' });
  await sleep(1_000);
  for (const connection of rig.broker.connections(appends)) connection.cut();
  await sleep(500);
  rig.couchdb.set({ kind: 'pass' });
}

const lastPart = (topic: string): string => topic.slice(topic.lastIndexOf('/') + 1);

/** Writes every stage set anew, as it is: the writer's next write of it is a conflict, and ends its term. */
async function touchDocuments(rig: FaultRig, form: Form): Promise<void> {
  const { store } = rig.run;
  for (let round = 0; round < (form === 'long' ? 5 : 1); round += 1) {
    const before = rig.service.log().length;
    await until(async () => {
      // Again and again: a writer that has read a document after it was written here sees no conflict.
      const documents = await store.open((await store.current()) ?? '');
      await documents.write(
        await documents.range({ start: 'stage-set:', end: 'stage-set:\uffff', limit: 100 }),
      );
      await sleep(200);
      return /stage-set:\S+ was not stored: conflict/.test(rig.service.log().slice(before));
    });
  }
}

/** A command whose reply cannot be delivered: others go on, its answer stays under its id, the reply is a dead letter. */
async function refusedReply(rig: FaultRig): Promise<void> {
  const topic = `${topicOf(rig, 'REPLIES')}-closed-${randomUUID().slice(0, 8)}`;
  await rig.run.admin('PUT', topicPath(topic));
  await rig.run.admin('POST', `${topicPath(topic)}/terminate`);
  const id = randomUUID();
  const letters = await rig.run.bus.openReader(topicOf(rig, 'DEAD_LETTERS'), { start: 'latest' });
  const before = rig.load.answers();
  const command = { id, command: 'un-stage', params: { all: true, stageSet: 'refused' }, replyTo: topic };
  const response = await fetch(`${rig.service.url}/v1/commands?waitMs=20000`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  const reply = (await response.json()) as Reply;
  if (reply.id !== id || !['ok', 'rejected'].includes(reply.status))
    throw new Error(`a command with a refused reply was answered ${JSON.stringify(reply)}`);
  let found = false;
  for (const end = Date.now() + 15_000; !found && Date.now() < end;) {
    for (const { payload } of await letters.receive({ max: 100, waitMs: 500 })) {
      const letter = JSON.parse(payload.toString()) as { code: string; reason: string };
      found ||= letter.code === 'REPLY_UNDELIVERED' && letter.reason.includes(id);
    }
  }
  await letters.close();
  if (!found) throw new Error('an undelivered reply is no dead letter');
  if (rig.load.answers() === before) throw new Error('a refused reply stopped all others');
}
