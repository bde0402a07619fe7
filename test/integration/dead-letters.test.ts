import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import type { Reach } from '../../src/core/failpoints.js';
import { AppError } from '../../src/errors.js';
import type { OutgoingMessage } from '../../src/ports/bus.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';
import { run, type Ran } from '../unit/cli/run-cli.js';

const RELEASE = 'release:default:test:00000001';
const REPLIES = 'persistent://ops/elsewhere/replies';

interface Letter {
  readonly id: string;
  readonly code: string;
  readonly topic: string;
  readonly resentFrom?: string;
}

/** Deployments do not leave: their outcomes come from the test. */
const nothingLeaves: Reach = (point) => {
  if (point === 'effect-due') throw new AppError('ENGINE_UNAVAILABLE', 'the topic takes nothing');
};

describe('dead letters of a service', () => {
  let dir: string;
  let service: TestService;

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    service = await startTestService({ STAGELINE_DATA_DIR: dir, ...env }, { reach: nothingLeaves });
    await until(async () => (await service.send('get-all-data', {})).status === 'ok');
  };
  const cli = (...args: string[]): Promise<Ran> => run(args, { env: { STAGELINE_URL: service.url } });
  const letters = async (...filters: string[]): Promise<Letter[]> => {
    const { out } = await cli('dead-letters', 'list', '--json', ...filters);
    return (JSON.parse(out) as { letters: Letter[] }).letters;
  };
  const sentAgain = async (id: string): Promise<Letter> => {
    const resent = await cli('dead-letters', 'resend', id);
    expect(resent).toMatchObject({ code: 0, err: '' });
    const cameBack = async (): Promise<Letter | undefined> =>
      (await letters()).find(({ resentFrom }) => resentFrom === id);
    await until(async () => (await cameBack()) !== undefined);
    return (await cameBack()) as Letter;
  };
  /** Puts messages on topics while the service is stopped. */
  const put = async (messages: readonly (readonly [topic: string, message: OutgoingMessage])[]) => {
    const bus = await createLevelBus({ dir });
    for (const [topic, message] of messages) {
      const producer = await bus.openProducer(topic);
      await producer.send(message);
      await producer.close();
    }
    await bus.close();
  };

  beforeEach(() => {
    dir = dataDir();
  });

  afterEach(() => service.stop());

  it('are sent again: what is still wrong comes back, what has been put right succeeds', async () => {
    await start();
    const { topics } = service.config;
    const config = {
      type: 'function',
      artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
      tenant: 'public',
      namespace: 'default',
      name: 'a',
      className: 'enrich.Enrich',
      inputs: ['orders'],
    };
    expect(await service.send('stage-configs', { configs: [config] })).toMatchObject({ status: 'ok' });
    expect(await service.send('commit-staged-to-test', {})).toMatchObject({ status: 'ok' });
    expect(await service.send('launch-rocket', { to: 'mars' })).toMatchObject({ status: 'invalid' });
    await service.stop();

    const outcome = {
      id: randomUUID(),
      command: 'record-deployment',
      project: 'default',
      // Nobody has allowed that yet.
      replyTo: REPLIES,
      params: {
        environment: 'test',
        release: 1,
        results: [{ function: 'public/default/a', outcome: 'deployed' }],
      },
    };
    const text = (payload: string) => ({ payload: Buffer.from(payload), key: 'default' });
    await put([
      [topics.results, text(JSON.stringify(outcome))],
      [topics.deployments, text('{"no":"environment"}')],
      [`${topics.environmentPrefix}test`, text('typed by hand')],
    ]);
    await start();
    await until(async () => (await letters()).length === 4);
    const byTopic = new Map((await letters()).map((letter) => [letter.topic, letter]));
    expect([...byTopic.values()].map(({ code, topic }) => [code, topic]).sort()).toEqual(
      [
        ['UNKNOWN_COMMAND', topics.commands],
        ['INVALID_REPLY_TOPIC', topics.results],
        ['ROUTE_KEY_MISSING', topics.deployments],
        ['INVALID_JSON', `${topics.environmentPrefix}test`],
      ].sort(),
    );
    for (const [topic, { id, code }] of byTopic)
      expect(await sentAgain(id)).toMatchObject({ code, topic, resentFrom: id });
    expect(await letters()).toHaveLength(8);
    expect((await service.read(RELEASE))?.['state']).toBe('committed');

    const result = byTopic.get(topics.results)?.id ?? '';
    const shown = await cli('dead-letters', 'show', result);
    expect(shown.out).toContain('"command": "record-deployment"');
    await service.stop();

    await start({ STAGELINE_REPLY_TOPIC_PREFIXES: 'persistent://ops/elsewhere/' });
    const all = ['dead-letters', 'resend', '--all', '--code', 'INVALID_REPLY_TOPIC'];
    expect(await cli(...all)).toMatchObject({
      code: 2,
      err: expect.stringContaining('1 dead letter would be sent again') as string,
    });
    expect((await cli(...all, '--yes')).code).toBe(0);
    expect(await service.finished(RELEASE)).toMatchObject({ state: 'succeeded', counts: { deployed: 1 } });
    // The same outcome once more gets the first reply, and changes nothing.
    expect((await cli('dead-letters', 'resend', result)).code).toBe(0);
    expect(await service.send('get-all-data', {})).toMatchObject({ status: 'ok' });
    expect(await letters('--code', 'INVALID_REPLY_TOPIC')).toHaveLength(2);
  }, 120_000);
});
