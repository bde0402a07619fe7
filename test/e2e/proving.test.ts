import { pause } from '../../src/core/pause.js';
import { backend } from '../support/backends.js';
import { EXAMPLES, openProvingCluster, type ProvingCluster } from '../support/proving-cluster.js';

const missing = ['PULSAR_TEST_ADMIN_URL', 'PULSAR_TEST_WS_URL', 'PULSAR_EXAMPLES_JAR'].filter(
  (name) => (process.env[name] ?? '') === '',
);

backend('proving on Pulsar', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(120_000);
  let cluster: ProvingCluster;
  beforeAll(async () => {
    cluster = await openProvingCluster({
      adminUrl: process.env['PULSAR_TEST_ADMIN_URL'] ?? '',
      wsUrl: process.env['PULSAR_TEST_WS_URL'] ?? '',
      jar: process.env['PULSAR_EXAMPLES_JAR'] ?? '',
      prefix: `prove-${process.pid}-${Date.now().toString(36)}`,
    });
  });
  afterAll(() => cluster.close());

  it('finds a function that runs healthy, and one that cannot start degraded, with why', async () => {
    const good = cluster.desire('good');
    expect(await cluster.apply(good)).toMatchObject({ outcome: 'deployed', wrote: true });
    expect(await cluster.watch(good)).toEqual({ verdict: 'healthy' });
    const bad = cluster.desire('bad', { output: 'persistent://public/no-such-namespace/out' });
    expect(await cluster.apply(bad)).toMatchObject({ outcome: 'deployed' });
    expect(await cluster.watch(bad)).toEqual({
      verdict: 'degraded',
      reason: expect.stringContaining('0 of 1 instances run: Failed to create Producer') as unknown,
    });
  });

  it('finds one degraded that throws, with the exception', async () => {
    // Counts words in the state store, which a broker of this kind does not have.
    const throwing = cluster.desire('throwing', { className: `${EXAMPLES}WordCountFunction` });
    await cluster.makeInput('throwing');
    await cluster.apply(throwing);
    await cluster.running(throwing.ref);
    const sending = (async () => {
      for (let n = 0; n < 30; n++) {
        await cluster.send('throwing', 1);
        await pause(300);
      }
    })();
    expect(await cluster.watch(throwing)).toMatchObject({
      verdict: 'degraded',
      reason: expect.stringContaining('exceptions in') as unknown,
    });
    await sending;
  });

  it('leaves what is stopped stopped, and says so', async () => {
    const first = cluster.desire('stopped');
    await cluster.apply(first);
    await cluster.running(first.ref);
    await cluster.cluster.functions.stop(first.ref);
    await pause(1000);
    const before = await cluster.status(first.ref);
    const change = cluster.desire('stopped', { userConfig: { a: 'b' } }, { samePackage: true });
    expect(await cluster.apply(change)).toMatchObject({ outcome: 'deployed' });
    expect(await cluster.watch(change, before)).toEqual({ verdict: 'stopped' });
  });

  it('knows the package that the cluster has, and sends it once', async () => {
    const first = cluster.desire('package');
    await cluster.apply(first);
    const other = cluster.packageOf(Buffer.concat([cluster.jar, Buffer.from('\n')]));
    const second = cluster.desire('package', {}, { package: other });
    expect(await cluster.apply(second)).toMatchObject({ outcome: 'deployed', sentPackage: true });
    // As a deployer that takes over does, not knowing what was sent.
    expect(await cluster.apply(second)).toMatchObject({ outcome: 'unchanged', wrote: false });
  });

  it('creates anew without losing a message, also when it is ended between deletion and creation', async () => {
    const first = cluster.desire('anew');
    await cluster.makeInput('anew');
    await cluster.keepOutput('anew');
    await cluster.apply(first);
    await cluster.reader('anew');
    await cluster.cluster.functions.stop(first.ref);
    await pause(1000);
    await cluster.send('anew', 200);
    expect(await cluster.backlog('anew')).toBe(200);
    await cluster.cluster.functions.start(first.ref);
    await cluster.send('anew', 100);
    const ordered = { retainOrdering: true };
    const refused = cluster.desire('anew', ordered, { samePackage: true });
    expect(await cluster.apply(refused)).toMatchObject({ outcome: 'failed' });
    const anew = { ...refused, allowRecreate: true, lastApplied: first.config };
    expect(await cluster.apply(anew)).toMatchObject({ outcome: 'deployed', wrote: true });
    expect(await cluster.watch(anew)).toEqual({ verdict: 'healthy' });
    for (let tries = 0; tries < 100 && (await cluster.backlog('anew')) !== 0; tries++) await pause(200);
    expect(await cluster.backlog('anew')).toBe(0);
    expect(await cluster.written('anew')).toBeGreaterThanOrEqual(300);
    const { body } = await cluster.cluster.functions.get(first.ref);
    expect(body).toMatchObject({ retainOrdering: true, cleanupSubscription: true });

    // The same again, ended in between: what is left is a subscription, and messages that come meanwhile.
    const { functions } = cluster.cluster;
    const { tenant, namespace, name } = first.ref;
    const former = await cluster.reader('anew');
    await functions.update({
      ref: first.ref,
      config: { tenant, namespace, name, cleanupSubscription: false },
    });
    await cluster.reader('anew', former);
    await functions.delete(first.ref);
    await pause(1000);
    await cluster.send('anew', 50);
    const back = { ...cluster.desire('anew'), allowRecreate: true, lastApplied: anew.config };
    expect(await cluster.apply(back)).toMatchObject({ outcome: 'deployed' });
    await cluster.running(first.ref);
    for (let tries = 0; tries < 100 && (await cluster.backlog('anew')) !== 0; tries++) await pause(200);
    expect(await cluster.written('anew')).toBeGreaterThanOrEqual(350);
  });
});
