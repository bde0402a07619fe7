import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../src/adapters/sandbox/sandbox-functions.js';
import { applyDeployment } from '../../../src/deployer/apply.js';
import { readStatus } from '../../../src/deployer/function-status.js';
import type { Desired } from '../../../src/deployer/plan.js';
import type { SubscriptionReads } from '../../../src/deployer/subscriptions.js';
import type { SubscriptionFacts } from '../../../src/ports/cluster.js';
import { AppError } from '../../../src/errors.js';
import type { Functions, WorkloadRef } from '../../../src/ports/functions.js';
import { scriptFunctions, type Asked, type Scripted } from './scripted-functions.js';

type Apply = Extract<Desired, { operation: 'apply' }>;
const IN = 'persistent://public/default/in';
const SHA256 = createHash('sha256').update('a').digest('hex');

let next = 0;
const desire = (ref: WorkloadRef, config: object = {}, more: Partial<Apply> = {}): Apply => ({
  operation: 'apply',
  ref,
  config: {
    runtime: 'JAVA',
    className: 'a.B',
    inputSpecs: { [IN]: {} },
    output: 'persistent://public/default/out',
    ...config,
  },
  package: { kind: 'data', fileName: 'a.jar', body: Buffer.from('a'), sha256: SHA256 },
  samePackage: true,
  allowRecreate: true,
  ...more,
});

describe('creating anew', () => {
  let dir = '';
  let sandbox: Functions;
  let ref: WorkloadRef;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-recreate-'));
    sandbox = await createSandboxFunctions({ dir });
  });
  beforeEach(async () => {
    ref = { type: 'function', tenant: 'public', namespace: 'default', name: `f${next++}` };
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  /**
   * A cluster whose subscription is as `facts` says at each look; unless that says otherwise, the function reads from it
   * while it runs, connected anew after each change.
   */
  const reads = (
    facts: (isThere: boolean) => Partial<SubscriptionFacts> | undefined,
    name = `public/default/${ref.name}`,
  ): SubscriptionReads => ({
    async subscriptions() {
      const { status, body } = await sandbox.get(ref);
      const running = readStatus(await sandbox.status(ref))?.instances.some((each) => each.running);
      const consumers = running === true ? [JSON.stringify(body)] : [];
      const found = facts(status === 200);
      return {
        known: true,
        value: new Map(found === undefined ? [] : [[name, { backlog: 0, consumers, ...found }]]),
      };
    },
  });
  const kept = { backlog: 7 };
  /** Someone new at each look. */
  const readsAlways: SubscriptionReads = {
    subscriptions: () => reads(() => ({ consumers: [String(next++)] })).subscriptions(IN),
  };

  const apply = async (
    desired: Apply,
    admin: SubscriptionReads | undefined,
    script: (asked: Asked, number: number) => Scripted | Promise<Scripted> = () => undefined,
  ) => {
    const cluster = scriptFunctions(sandbox, script);
    const applied = await applyDeployment(desired, {
      functions: cluster.functions,
      ...(admin === undefined ? {} : { admin }),
      deadlineMs: 2000,
      retryMs: 1,
      settleMs: 20,
      stopMs: 20,
      signal: new AbortController().signal,
    });
    return { ...applied, verbs: cluster.verbs(), asked: cluster.asked };
  };
  /** Applied, and the answer lost; once. */
  const cutAfter = (what: Asked['what'], more: (asked: Asked) => Scripted = () => undefined) => {
    let cut = false;
    return async (asked: Asked): Promise<Scripted> => {
      if (cut || asked.what !== what) return more(asked);
      cut = true;
      if (what === 'delete') await sandbox.delete(ref);
      if (what === 'create') await sandbox.create(asked.upsert!);
      return 'cut';
    };
  };
  const has = (text: string) => expect.stringContaining(text) as unknown;
  const GONE = 'It was deleted to be re-created and is not there.';
  const deployed = (config: object = {}) => apply(desire(ref, config, { samePackage: false }), undefined);

  it('keeps the subscription: told so first, stopped, deleted, created', async () => {
    await deployed();
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept),
    );
    expect(done).toMatchObject({
      outcome: 'deployed',
      wrote: true,
      verbs: 'get status update get stop delete create get',
    });
    expect(done.asked.find(({ what }) => what === 'update')?.upsert).toEqual({
      ref,
      config: { tenant: 'public', namespace: 'default', name: ref.name, cleanupSubscription: false },
    });
    expect(await sandbox.get(ref)).toMatchObject({
      body: { retainOrdering: true, cleanupSubscription: true, subscriptionPosition: 'Latest' },
    });
  });

  it('is not done unless it was asked for, or where nobody sees the subscriptions', async () => {
    await deployed();
    const change = desire(ref, { retainOrdering: true });
    expect(
      await apply(
        { ...change, allowRecreate: false },
        reads(() => kept),
      ),
    ).toMatchObject({
      outcome: 'failed',
      verbs: 'get',
      wrote: false,
    });
    expect(await apply(change, undefined)).toMatchObject({ outcome: 'failed', verbs: 'get' });
    const hidden: SubscriptionReads = {
      subscriptions: async () => ({ known: false, reason: 'not allowed' }),
    };
    expect(await apply(change, hidden)).toMatchObject({
      outcome: 'failed',
      answer: { reason: expect.stringContaining('not allowed') as unknown },
      verbs: 'get',
      wrote: false,
    });
  });

  it('deletes nothing while someone still reads, and lets it run again', async () => {
    await deployed();
    const done = await apply(desire(ref, { retainOrdering: true }), readsAlways);
    expect(done).toMatchObject({ outcome: 'failed', verbs: 'get status update get stop start' });
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 1 } });
  });

  it('deletes nothing whose worker was not seen to hear that the subscription is kept', async () => {
    await deployed();
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => ({ consumers: ['the same'] })),
    );
    expect(done).toMatchObject({
      outcome: 'failed',
      answer: { reason: has('not seen to take up') },
      verbs: 'get status update get',
    });
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 1 } });
  });

  it('takes one that is about to start for running', async () => {
    await deployed();
    await sandbox.stop(ref);
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept),
      async ({ what }, number) => {
        // The first look at its status is too early.
        if (what === 'status' && number === 2) setTimeout(() => void sandbox.start(ref), 10);
        return undefined;
      },
    );
    expect(done).toMatchObject({
      outcome: 'deployed',
      verbs: 'get status status update get stop delete create get',
    });
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 1 } });
  });

  it('says what was lost, and reads from the beginning then', async () => {
    await deployed();
    const vanishing = reads((isThere) => (isThere ? kept : undefined));
    expect(await apply(desire(ref, { retainOrdering: true }), vanishing)).toMatchObject({
      outcome: 'degraded',
      answer: {
        code: 'UNHEALTHY',
        reason: `Re-creating it has lost 7 messages of ${IN}, with the subscription public/default/${ref.name}.`,
      },
    });
    expect(await sandbox.get(ref)).toMatchObject({ body: { subscriptionPosition: 'Earliest' } });
  });

  it('keeps the name that the subscription had', async () => {
    await deployed({ subName: 'mine' });
    const { outcome, differences } = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept, 'mine'),
    );
    expect(outcome).toBe('deployed-with-differences');
    expect(differences).toMatchObject([{ field: '/subName' }]);
    expect(await sandbox.get(ref)).toMatchObject({ body: { subName: 'mine', retainOrdering: true } });
  });

  it('leaves stopped what was stopped', async () => {
    await deployed();
    await sandbox.stop(ref);
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept),
    );
    expect(done.verbs).toBe('get status status update get stop delete create get stop');
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 0 } });
  });

  it('goes on where one was ended: stopped, or gone', async () => {
    await deployed();
    const { tenant, namespace, name } = ref;
    await sandbox.update({ ref, config: { tenant, namespace, name, cleanupSubscription: false } });
    await sandbox.stop(ref);
    const change = desire(ref, { retainOrdering: true }, { former: desire(ref).config });
    expect(
      (
        await apply(
          change,
          reads(() => kept),
        )
      ).verbs,
    ).toBe('get status status stop delete create get');
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 1 } });
    await sandbox.delete(ref);
    const named = { ...change, former: { ...change.config, subName: 'mine' } };
    expect(
      await apply(
        named,
        reads(() => undefined, 'mine'),
      ),
    ).toMatchObject({ verbs: 'get create get' });
    expect(await sandbox.get(ref)).toMatchObject({
      body: { subName: 'mine', subscriptionPosition: 'Earliest' },
    });
  });

  it('tries each step again that was cut', async () => {
    await deployed();
    for (const what of ['update', 'stop', 'delete', 'create', 'get'] as const) {
      let cut = false;
      const change = desire(ref, {
        retainOrdering: what.length % 2 === 0,
        processingGuarantees: guarantee(what),
      });
      const done = await apply(
        change,
        reads(() => kept),
        async (asked, number) => {
          if (cut || asked.what !== what || number === 1) return undefined;
          cut = true;
          // Applied, and the answer lost.
          if (what === 'delete') await sandbox.delete(ref);
          if (what === 'stop') await sandbox.stop(ref);
          return 'cut';
        },
      );
      expect([what, done.outcome]).toEqual([what, 'deployed']);
    }
  });

  it('knows after a deletion without an answer what was there before it', async () => {
    await deployed({ subName: 'mine' });
    await sandbox.stop(ref);
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads((isThere) => (isThere ? kept : undefined), 'mine'),
      cutAfter('delete'),
    );
    expect(done).toMatchObject({
      outcome: 'degraded',
      answer: { reason: has('has lost 7 messages') },
      verbs: 'get status status update get stop delete get create get stop',
    });
    expect(await sandbox.get(ref)).toMatchObject({
      body: { subName: 'mine', subscriptionPosition: 'Earliest' },
    });
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 0 } });
  });

  it('takes no subscription that cannot be seen for lost', async () => {
    await deployed();
    const hidden: SubscriptionReads = {
      subscriptions: async (topic) =>
        (await sandbox.get(ref)).status === 200
          ? reads(() => kept).subscriptions(topic)
          : { known: false, reason: 'bundle unloads' },
    };
    expect(await apply(desire(ref, { retainOrdering: true }), hidden)).toMatchObject({
      outcome: 'deployed',
      answer: { reason: has('Whether its subscriptions were kept is not known') },
    });
    expect(await sandbox.get(ref)).toMatchObject({ body: { subscriptionPosition: 'Earliest' } });
  });

  it('leaves it stopped, or running, as it was when it fails half-way', async () => {
    await deployed();
    await sandbox.stop(ref);
    const change = desire(ref, { retainOrdering: true });
    expect((await apply(change, readsAlways)).verbs).toBe('get status status update get stop');
    await sandbox.start(ref);
    const refusing = await apply(
      change,
      reads(() => kept),
      ({ what }) => (what === 'delete' ? { status: 503, reason: 'Leader not yet ready' } : undefined),
    );
    expect(refusing.outcome).toBe('unknown');
    expect(refusing.verbs).toMatch(/delete get start$|get start$/);
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 1 } });
  });

  it('says where nobody can know whether it was stopped, and lets it run', async () => {
    await deployed({ cleanupSubscription: false });
    await sandbox.stop(ref);
    const done = await apply(
      desire(ref, { retainOrdering: true, cleanupSubscription: false }),
      reads(() => kept),
    );
    expect(done).toMatchObject({ outcome: 'deployed', answer: { reason: has('it runs now') } });
    expect(await sandbox.status(ref)).toMatchObject({ body: { numRunning: 1 } });
  });

  it('says that it could not be stopped again', async () => {
    await deployed();
    await sandbox.stop(ref);
    let isCreated = false;
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept),
      ({ what }) => {
        isCreated ||= what === 'create';
        return what === 'stop' && isCreated ? { status: 401, reason: 'not authorized' } : undefined;
      },
    );
    expect(done).toMatchObject({
      outcome: 'degraded',
      answer: { reason: has('could not be stopped again: not authorized') },
    });
  });

  it('says that it is gone when its creation is refused', async () => {
    await deployed();
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept),
      ({ what }) => (what === 'create' ? { status: 400, reason: 'no quota' } : undefined),
    );
    expect(done).toMatchObject({ outcome: 'failed', answer: { status: 400, reason: `${GONE} no quota` } });
  });

  it('waits for a worker that has not heard of the deletion, and for a token', async () => {
    await deployed();
    let creations = 0;
    const done = await apply(
      desire(ref, { retainOrdering: true }),
      reads(() => kept),
      ({ what }) => {
        if (what !== 'create' || ++creations > 4) return undefined;
        if (creations === 4) throw new AppError('TOKEN_MISSING', 'no token');
        return { status: 400, reason: `Function ${ref.name} already exists` };
      },
    );
    expect(done).toMatchObject({ outcome: 'deployed' });
    expect(creations).toBe(5);
  });

  it('does not delete again what was created without an answer', async () => {
    await deployed();
    // Nothing that is read back tells whether it has this.
    const before = desire(ref).config;
    const change = desire(ref, { skipToLatest: true }, { lastApplied: before, former: before });
    const done = await apply(
      change,
      reads(() => kept),
      cutAfter('create'),
    );
    expect(done.verbs.split(' ').filter((verb) => verb === 'delete' || verb === 'create')).toEqual([
      'delete',
      'create',
    ]);
    expect(done.outcome).toMatch(/^deployed/);
  });

  it('of a source looks at no subscription', async () => {
    const source = { ...ref, type: 'source' } as const;
    const config = { className: 'a.S', topicName: 'persistent://public/default/out', archive: 'builtin://s' };
    const first: Apply = {
      ...desire(source),
      config,
      package: { kind: 'reference', url: 'builtin://s' },
    };
    await apply(first, undefined);
    const change = { ...first, config: { ...config, processingGuarantees: 'EFFECTIVELY_ONCE' } };
    expect(await apply(change, undefined)).toMatchObject({
      outcome: 'deployed',
      verbs: 'get status delete create get',
    });
  });
});

/** Another one for each case, so that each has something to do. */
const guarantee = (what: string): string =>
  ({ update: 'ATMOST_ONCE', stop: 'EFFECTIVELY_ONCE', delete: 'ATLEAST_ONCE', create: 'ATMOST_ONCE' })[
    what
  ] ?? 'EFFECTIVELY_ONCE';
