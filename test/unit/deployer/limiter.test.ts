import { createLimiter, type Limiter, type RequestKind, type Strain } from '../../../src/deployer/limiter.js';

/** A limiter with a clock of its own. */
function setUp(max: number) {
  let time = 0;
  const limiter = createLimiter({ max, now: () => time });
  const ask = (ms: number, { kind = 'write', ok = true }: { kind?: RequestKind; ok?: boolean } = {}) =>
    limiter.run(
      kind,
      async () => {
        time += ms;
        return ok;
      },
      { result: (result) => (result ? 'none' : 'stuck'), error: () => 'stuck' },
    );
  return { limiter, ask };
}

async function hold(limiter: Limiter, kinds: readonly RequestKind[], strain: Strain = 'none') {
  const started: RequestKind[] = [];
  const ends: (() => void)[] = [];
  const all = kinds.map((kind) =>
    limiter.run(
      kind,
      () => {
        started.push(kind);
        return new Promise<void>((resolve) => ends.push(resolve));
      },
      { result: () => strain, error: () => strain },
    ),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return { started, ends, all };
}

describe('the limiter', () => {
  it('starts with two', async () => {
    const { limiter } = setUp(8);
    const { started, ends, all } = await hold(limiter, ['write', 'write', 'write']);
    expect(started).toHaveLength(2);
    while (ends.length > 0) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(all);
    expect(started).toHaveLength(3);
  });

  it('grows by one while latency is flat, up to its bound', async () => {
    const { limiter, ask } = setUp(5);
    const limits = new Set<number>();
    for (let i = 0; i < 100; i++) {
      await ask(100);
      limits.add(limiter.limit());
    }
    expect([...limits]).toEqual([2, 3, 4, 5]);
  });

  it('stays when latency climbs, and shrinks when it climbs steeply', async () => {
    const { limiter, ask } = setUp(8);
    for (let i = 0; i < 10; i++) await ask(100);
    const before = limiter.limit();
    for (let i = 0; i < 2 * before; i++) await ask(450);
    expect(limiter.limit()).toBe(before);
    for (let i = 0; i < 2 * before; i++) await ask(2000);
    expect(limiter.limit()).toBe(before - 1);
  });

  it('halves when the cluster fails, once for those that failed together', async () => {
    const { limiter, ask } = setUp(8);
    for (let i = 0; i < 200; i++) await ask(10);
    expect(limiter.limit()).toBe(8);
    const { ends, all } = await hold(limiter, Array<RequestKind>(8).fill('write'), 'stuck');
    for (const end of ends) end();
    await Promise.all(all);
    expect(limiter.limit()).toBe(4);
    await ask(10);
    await ask(10, { ok: false });
    expect(limiter.limit()).toBe(2);
  });

  it('does not go back to where the cluster got stuck for ten minutes', async () => {
    const { limiter, ask } = setUp(8);
    for (let i = 0; i < 200; i++) await ask(10);
    await ask(10, { ok: false });
    for (let i = 0; i < 200; i++) await ask(10);
    expect(limiter.limit()).toBe(7);
    await ask(600_000);
    for (let i = 0; i < 200; i++) await ask(10);
    expect(limiter.limit()).toBe(8);
  });

  it('never goes below one, and counts what throws as a failure', async () => {
    const { limiter, ask } = setUp(8);
    for (let i = 0; i < 5; i++) await ask(1, { ok: false });
    expect(limiter.limit()).toBe(1);
    const broken = limiter.run('read', () => Promise.reject(new Error('cut')), {
      result: () => 'none',
      error: () => 'stuck',
    });
    await expect(broken).rejects.toThrow('cut');
    expect(limiter.limit()).toBe(1);
  });

  it('has a lower bound for what carries a package, and lets others past it', async () => {
    const { limiter, ask } = setUp(4);
    for (let i = 0; i < 40; i++) await ask(10);
    expect([limiter.limit('write'), limiter.limit('package')]).toEqual([4, 2]);
    const { started, ends, all } = await hold(limiter, [
      'package',
      'package',
      'package',
      'write',
      'write',
      'write',
    ]);
    expect(started).toEqual(['package', 'package', 'write', 'write']);
    while (ends.length > 0) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(all);
    expect(started).toHaveLength(6);
  });

  it('lets as many writes through as packages went well', async () => {
    const { limiter, ask } = setUp(4);
    for (let i = 0; i < 60; i++) await ask(100, { kind: 'package' });
    expect([limiter.limit('package'), limiter.limit('write')]).toEqual([4, 4]);
  });

  it('grows although a single answer came much faster than all others', async () => {
    const { limiter, ask } = setUp(4);
    await ask(400);
    await ask(60);
    for (let i = 0; i < 20; i++) await ask(400);
    expect(limiter.limit()).toBe(4);
  });

  it('lets packages grow to half of the bound where that is more than four', async () => {
    const { limiter, ask } = setUp(16);
    for (let i = 0; i < 400; i++) await ask(10, { kind: 'package' });
    expect(limiter.limit('package')).toBe(8);
  });

  it('has a bound of its own for reads, which wait for no write', async () => {
    const { limiter } = setUp(4);
    const { started, ends, all } = await hold(limiter, ['write', 'write', 'write', 'read', 'read', 'read']);
    expect(started).toEqual(['write', 'write', 'read', 'read']);
    while (ends.length > 0) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(all);
  });

  it('halves every bound when a request of any kind gets stuck', async () => {
    const { limiter, ask } = setUp(8);
    for (let i = 0; i < 200; i++) await ask(10);
    for (let i = 0; i < 200; i++) await ask(10, { kind: 'read' });
    await ask(10, { kind: 'read', ok: false });
    expect([limiter.limit('write'), limiter.limit('read')]).toEqual([4, 10]);
  });

  it('learns nothing from what was never sent', async () => {
    const { limiter } = setUp(8);
    const unsent = limiter.run('write', () => Promise.reject(new Error('no token')), {
      result: () => 'none',
      error: () => 'none',
    });
    await expect(unsent).rejects.toThrow('no token');
    expect(limiter.limit()).toBe(2);
  });
});
