import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import type { Documents, DocumentStore } from '../../src/ports/documents.js';
import { createAttempts, type Attempts } from '../../src/processor/attempts.js';
import type { Incoming } from '../../src/processor/inbox.js';
import { createOverlay, type Overlay } from '../../src/processor/overlay.js';
import { dataDir } from '../support/stageline-process.js';

const log = pino({ level: 'silent' });
const signal = new AbortController().signal;

describe('commands that may have ended the writer', () => {
  let store: DocumentStore;
  let documents: Documents;
  let overlay: Overlay;

  beforeEach(async () => {
    store = await createLevelDocumentStore({ dir: dataDir() });
    documents = await store.create('documents-a');
    overlay = createOverlay({ documents, maxCached: 100, log, signal });
  });
  afterEach(() => store.close());

  const begin = (writer: string, careful = false): Promise<Attempts> =>
    createAttempts({ documents, writer, careful, reach: () => undefined, log, signal });
  const incoming = (id: string, payload: string): Incoming => {
    const message = { id, payload: Buffer.from(payload), properties: {}, publishTime: 0 };
    return { via: 'commands', topic: 't', message, consumer: undefined as never };
  };

  it('go on in batches after a clean end, and one at a time after an unclean one', async () => {
    const first = await begin('w1');
    expect(first.careful()).toBe(false);
    await first.end();
    expect((await begin('w2')).careful()).toBe(false);
    expect((await begin('w3')).careful()).toBe(true);
  });

  it('are given up, and their callers told, when they were tried three times', async () => {
    const id = randomUUID();
    const command = incoming('m1', JSON.stringify({ id, command: 'stage-configs', params: {} }));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(await (await begin(`w${attempt}`, true)).undecided(command, overlay, 7)).toBeUndefined();
    }
    const last = await begin('w4');
    expect(await last.undecided(command, overlay, 7)).toMatchObject({
      kind: 'dead-letter',
      code: 'UNDECIDED',
      reply: { id, command: 'stage-configs', status: 'failed', position: 7, error: { code: 'UNDECIDED' } },
    });
    expect(await last.undecided(incoming('m2', 'not json'), overlay, 7)).toBeUndefined();
  });

  it('go in batches again once nothing has come for five seconds', async () => {
    const attempts = await begin('w1', true);
    attempts.quiet(1_000);
    attempts.quiet(5_999);
    expect(attempts.careful()).toBe(true);
    attempts.quiet(6_000);
    expect(attempts.careful()).toBe(false);
  });

  it('leave the note of another writer alone', async () => {
    const old = await begin('w1');
    await begin('w2');
    await old.end();
    expect((await begin('w3')).careful()).toBe(true);
  });
});
