import { createReporter, type Report, type ReporterOptions } from '../../../src/deployer/reporter.js';
import { validator } from '../../../src/core/validate.js';
import { pause } from '../../../src/core/pause.js';
import type { OutgoingMessage } from '../../../src/ports/bus.js';
import { createFakeLog } from '../../support/fake-log.js';

interface Sent {
  readonly key: string | undefined;
  readonly at: number;
  readonly command: {
    id: string;
    project: string;
    params: { release: number; results: { function: string }[] };
  };
}

function setUp(options: Partial<ReporterOptions> = {}) {
  const sent: Sent[] = [];
  const done: string[] = [];
  const failures: unknown[] = [];
  const reporter = createReporter({
    send: async ({ key, payload }: OutgoingMessage) => {
      sent.push({ key, at: Date.now(), command: JSON.parse(payload.toString()) as Sent['command'] });
    },
    log: createFakeLog(),
    onFailure: (error) => failures.push(error),
    everyMs: 100,
    ...options,
  });
  const report = (n: number, more: Partial<Report> = {}): Report => ({
    project: 'pricing',
    environment: 'test',
    release: 1,
    effect: `0/7/${n}`,
    result: { function: `public/default/f${n}`, outcome: 'deployed', answer: { status: 204 } },
    done: async () => {
      done.push(`f${n}`);
    },
    ...more,
  });
  return { reporter, report, sent, done, failures };
}

describe('the reporter', () => {
  it('sends the first outcome at once, and those of the next second together', async () => {
    const { reporter, report, sent, done } = setUp();
    reporter.add(report(1));
    await pause(1);
    for (let n = 2; n < 10; n++) reporter.add(report(n));
    while (done.length < 9) await pause(5);
    expect(sent.map(({ command }) => command.params.results.length)).toEqual([1, 8]);
  });

  it('sends complete commands, by project and release', async () => {
    const { reporter, report, sent } = setUp();
    for (const more of [{}, { release: 2 }, { project: 'other' }]) reporter.add(report(1, more));
    reporter.add(report(2));
    await reporter.flush();
    expect(
      sent.map(({ key, command }) => [key, command.params.release, command.params.results.length]),
    ).toEqual([
      ['pricing', 1, 2],
      ['pricing', 2, 1],
      ['other', 1, 1],
    ]);
    for (const { command } of sent) {
      expect(validator('command.json')(command)).toEqual([]);
      expect(validator('record-deployment.json')(command.params)).toEqual([]);
    }
  });

  it('gives the same outcomes the same id, whatever their order, and others another', async () => {
    const idOf = async (
      ...reports: readonly ((r: (n: number, more?: Partial<Report>) => Report) => Report)[]
    ) => {
      const { reporter, report, sent } = setUp();
      for (const make of reports) reporter.add(make(report));
      await reporter.flush();
      return sent[0]!.command.id;
    };
    const failed = { function: 'public/default/f2', outcome: 'failed' } as const;
    const one = await idOf(
      (r) => r(1),
      (r) => r(2),
    );
    expect(
      await idOf(
        (r) => r(2),
        (r) => r(1),
      ),
    ).toBe(one);
    expect(
      await idOf(
        (r) => r(1),
        (r) => r(2, { result: failed }),
      ),
    ).not.toBe(one);
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });

  it('cuts what would be too large for one command', async () => {
    const { reporter, report, sent } = setUp();
    const answer = { status: 400, reason: 'x'.repeat(2000) };
    for (let n = 0; n < 250; n++)
      reporter.add(report(n, { result: { function: `a/b/f${n}`, outcome: 'failed', answer } }));
    await reporter.flush();
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.reduce((sum, { command }) => sum + command.params.results.length, 0)).toBe(250);
    for (const { command } of sent) expect(JSON.stringify(command).length).toBeLessThan(300 * 1024);
  });

  it('acknowledges nothing that could not be stored, and then sends no more', async () => {
    const { reporter, report, done, failures } = setUp({ send: () => Promise.reject(new Error('no bus')) });
    reporter.add(report(1));
    await reporter.flush();
    reporter.add(report(2));
    await reporter.flush();
    expect(failures).toHaveLength(1);
    expect(done).toEqual([]);
  });
});
