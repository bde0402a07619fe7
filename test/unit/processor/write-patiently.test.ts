import { AppError } from '../../../src/errors.js';
import type { Documents, DocumentWrite } from '../../../src/ports/documents.js';
import { writePatiently } from '../../../src/processor/write-patiently.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createDocumentsDisk, createMemoryStore } from '../../support/memory-documents.js';

/** A store whose first answer is lost after it wrote; `between` happens before the write comes again. */
async function answerLost(between: (documents: Documents) => Promise<unknown> = async () => undefined) {
  const store = createMemoryStore(createDocumentsDisk());
  const documents = await store.create('db');
  let calls = 0;
  const flaky: Documents = {
    ...documents,
    write: async (writes: readonly DocumentWrite[]) => {
      const results = await documents.write(writes);
      calls += 1;
      if (calls > 1) return results;
      await between(documents);
      throw new AppError('ENGINE_UNAVAILABLE', 'the connection was cut');
    },
  };
  return { documents, flaky };
}

const patience = () => ({ log: createFakeLog(), signal: new AbortController().signal });

describe('writing to a store that does not answer', () => {
  it('knows its own write again when the answer was lost', async () => {
    const { documents, flaky } = await answerLost();
    const results = await writePatiently(patience(), flaky, [{ id: 'a', body: { n: 1 } }]);
    const stored = (await documents.get(['a'])).get('a');
    expect(results).toEqual([{ id: 'a', ok: true, rev: stored?.rev }]);
  });

  it('leaves a conflict with what somebody else wrote in between', async () => {
    const { flaky } = await answerLost(async (documents) => {
      const found = (await documents.get(['a'])).get('a');
      await documents.write([{ id: 'a', rev: String(found?.rev), body: { n: 'by hand' } }]);
    });
    const results = await writePatiently(patience(), flaky, [
      { id: 'a', body: { n: 1 } },
      { id: 'b', body: { n: 2 } },
    ]);
    expect(results.map(({ id, ok }) => [id, ok])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('takes no conflict for its own write where nothing was sent before', async () => {
    const store = createMemoryStore(createDocumentsDisk());
    const documents = await store.create('db');
    await documents.write([{ id: 'a', body: { n: 1 } }]);
    const [result] = await writePatiently(patience(), documents, [{ id: 'a', body: { n: 1 } }]);
    expect(result?.ok).toBe(false);
  });
});
