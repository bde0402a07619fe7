import { readFile } from 'node:fs/promises';
import { topicParts } from '../../src/core/topic-name.js';
import type { ServiceStatus } from '../../src/core/status.js';
import { run } from '../unit/cli/run-cli.js';
import { startTestService, type TestService } from '../support/service.js';
import { openStream } from '../support/sse-client.js';
import { until } from '../support/until.js';

/** Values by series, as a scraper reads them. */
async function scrape(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/plain; version=0.0.4'),
  ]);
  const series = new Map<string, number>();
  for (const line of (await answer.text()).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([a-z0-9_]+(?:\{[^}]*\})?) ([^ ]+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`no line of the text format: ${line}`);
    series.set(name, Number(value));
  }
  return series;
}

const status = async (service: TestService): Promise<ServiceStatus> =>
  (await (await fetch(`${service.url}/v1/status`)).json()) as ServiceStatus;

describe('a service that tells how it stands', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ STAGELINE_METRICS_PORT: '0' });
    await service.ready();
    const config = {
      type: 'function',
      tenant: 'a',
      namespace: 'b',
      name: 'c',
      className: 'C',
      inputs: ['a/b/in'],
      artifactPathOrUrl: 'missing.jar',
    };
    const ended = [
      await service.send('stage-configs', { configs: [config] }),
      await service.send('commit-staged-to-test', { stageSet: 'none' }),
      await service.send('no-such-command', {}),
    ].map((reply) => reply.status);
    if (ended.join() !== 'ok,rejected,invalid') throw new Error(ended.join());
    const { result } = await service.send('commit-staged-to-test', {});
    await service.finished(`release:default:test:${String(result?.['release']).padStart(8, '0')}`);
  });

  afterAll(() => service.stop());

  it('tells nothing that docs/metrics.md does not explain', async () => {
    const text = await (await fetch(`${service.metricsUrl}/metrics`)).text();
    const names = [...text.matchAll(/^# TYPE (stageline_\w+) /gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    const explained = await readFile('docs/metrics.md', 'utf8');
    expect(names.filter((name) => !explained.includes(`\`${name ?? ''}`))).toEqual([]);
  });

  it('names each consumer of the journal, all at its head once nothing comes', async () => {
    await until(async () => (await status(service)).consumers.every(({ lagRecords }) => lagRecords === 0));
    const { consumers } = await status(service);
    expect(consumers.map(({ name, state, lagSeconds }) => [name, state, lagSeconds])).toEqual([
      ['events', 'running', 0],
      ['documents', 'running', 0],
      ['dispatcher', 'running', 0],
    ]);
    expect(new Set(consumers.map(({ head }) => head)).size).toBe(1);
    expect(topicParts(String(consumers[2]?.target)).topic).toBe('pre-deployment-configs-output');
  });

  it('shows them on the command line', async () => {
    const { code, out } = await run(['status', '--service'], { env: { STAGELINE_URL: service.url } });
    expect(code).toBe(0);
    expect(out).toMatch(/^CONSUMER +POSITION +HEAD +BEHIND/m);
    expect(out).toMatch(/^documents +\d+ +\d+ +0 +0s +running/m);
    expect(out).toMatch(/^ready$/m);
  });

  it('counts commands, dead letters and deployments by how they ended', async () => {
    const count = async (name: string) => (await scrape(service.metricsUrl)).get(name);
    expect(await count('stageline_commands_total{command="stage-configs",outcome="ok"}')).toBe(1);
    expect(await count('stageline_commands_total{command="commit-staged-to-test",outcome="rejected"}')).toBe(
      1,
    );
    expect(await count('stageline_deployments_total{environment="test",outcome="failed"}')).toBe(1);
    await until(async () => (await count('stageline_dead_letters_total{code="UNKNOWN_COMMAND"}')) === 1);
    expect(await count('stageline_http_command_duration_seconds_count{status="400"}')).toBe(1);
    expect(await count('stageline_http_command_duration_seconds_count{status="409"}')).toBe(1);
  });

  it('measures where journal, consumers, terms and checks are', async () => {
    const series = await scrape(service.metricsUrl);
    const { consumers, checks } = await status(service);
    const [first] = consumers;
    expect(series.get('stageline_journal_position')).toBe(first?.head);
    expect(series.get('stageline_consumer_lag_records{consumer="events",target=""}')).toBe(0);
    expect(series.get('stageline_terms_total')).toBe(1);
    expect(series.get('stageline_void_messages')).toBe(0);
    expect(
      [...series].filter(([name]) => name.startsWith('stageline_effects_held')).map(([, held]) => held),
    ).toEqual([0]);
    for (const { name } of checks) expect(series.get(`stageline_ready{check="${name}"}`)).toBe(1);
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('knows how many event streams are open', async () => {
    const streams = async () => (await scrape(service.metricsUrl)).get('stageline_event_streams');
    expect(await streams()).toBe(0);
    const port = Number(new URL(service.url).port);
    const open = [await openStream(port), await openStream(port)];
    expect(await streams()).toBe(2);
    for (const one of open) one.close();
    await until(async () => (await streams()) === 0);
  });

  it('tells them at /metrics of an address of their own, and nothing else', async () => {
    expect((await fetch(service.metricsUrl)).status).toBe(404);
    expect((await fetch(`${service.metricsUrl}/metrics`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${service.url}/metrics`)).status).toBe(404);
  });
});
