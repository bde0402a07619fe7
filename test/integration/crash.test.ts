import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import {
  answerFaults,
  countedJournal,
  documentFaults,
  effectFaults,
  keepMessagesOf,
  messagesOf,
  openReleases,
} from '../support/crash-checks.js';
import { seeded, startCrashLoad } from '../support/crash-load.js';
import { createCrashService } from '../support/crash-service.js';

const KILLS = 8;
const JOURNAL = 'persistent://ops/stageline/journal';
const DEPLOYMENTS = 'persistent://ops/deployment/pre-deployment-configs-output';

describe('a service that is killed again and again under load', () => {
  jest.setTimeout(60_000);

  it('loses nothing that it answered, decides nothing twice and finishes every release', async () => {
    const random = seeded(20_261_122);
    const service = await createCrashService({ STAGELINE_LOG_LEVEL: 'warn' });
    const before = await createLevelBus({ dir: service.dataDir });
    await keepMessagesOf(before, DEPLOYMENTS);
    await before.close();
    service.start();
    await service.ready();
    const load = startCrashLoad({
      url: () => service.url,
      seed: 7,
      artifact: join(process.cwd(), 'examples/packages/enrich.py'),
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Some come while it starts.
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 2_300));
      await service.end();
      service.start();
    }
    await service.ready();
    await load.finish(15_000);

    // What was answered is answered in the same way when it is sent again.
    for (const entry of load.sent.slice(-50)) {
      const response = await fetch(`${service.url}/v1/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(entry.command),
      });
      expect(await response.json()).toEqual(entry.replies[0]);
    }
    await quiet(service.url);
    expect(await service.end('SIGTERM')).toBe(0);

    const bus = await createLevelBus({ dir: service.dataDir });
    const store = await createLevelDocumentStore({ dir: service.dataDir });
    const { records, terms } = countedJournal(await messagesOf(bus, JOURNAL));
    expect(terms).toBeGreaterThan(1);
    expect(answerFaults(load.sent, records)).toEqual([]);
    expect(await documentFaults(store, records)).toEqual([]);
    expect(effectFaults(await messagesOf(bus, DEPLOYMENTS), records)).toEqual([]);
    expect(await openReleases(store)).toEqual([]);
    await store.close();
    await bus.close();
  });
});

/** Waits until every release has its outcomes. */
async function quiet(url: string): Promise<void> {
  let waiting: unknown;
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    const { checks } = (await (await fetch(`${url}/readyz`)).json()) as {
      checks: { name: string; detail: string }[];
    };
    waiting = checks.filter(
      ({ name, detail }) => name.startsWith('deployer:') && detail !== 'every release is deployed',
    );
    if (Array.isArray(waiting) && waiting.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`releases still wait: ${JSON.stringify(waiting)}`);
}
