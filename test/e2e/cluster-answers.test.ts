import { createAdminHttp, type AdminHttp } from '../../src/adapters/pulsar-admin/http.js';
import { multipart } from '../../src/adapters/pulsar-admin/multipart.js';
import { classify, RULES } from '../../src/deployer/classify.js';
import type { ClusterAnswer } from '../../src/ports/functions.js';
import { backend } from '../support/backends.js';
import { openProvingCluster, type ProvingCluster } from '../support/proving-cluster.js';

const NEEDED = ['PULSAR_TEST_ADMIN_URL', 'PULSAR_TEST_WS_URL', 'PULSAR_EXAMPLES_JAR'];
const missing = NEEDED.filter((name) => (process.env[name] ?? '') === '');

backend('answers of Pulsar', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(60_000);
  const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
  let cluster: ProvingCluster;
  let http: AdminHttp;
  const met = new Set<number>();
  beforeAll(async () => {
    http = createAdminHttp({ adminUrl });
    cluster = await openProvingCluster({
      adminUrl,
      wsUrl: process.env['PULSAR_TEST_WS_URL'] ?? '',
      jar: process.env['PULSAR_EXAMPLES_JAR'] ?? '',
      prefix: `answers-${process.pid}-${Date.now().toString(36)}`,
    });
  });
  afterAll(async () => {
    http.close();
    await cluster.close();
  });

  /** What an answer means, by which rule. */
  const meant = async (answer: Promise<ClusterAnswer>): Promise<string> => {
    const found = await answer;
    const rule = classify(found) as (typeof RULES)[number];
    met.add(RULES.indexOf(rule));
    return `${rule.verdict} ${found.status} ${found.reason}`;
  };

  it('mean what the table says, rule by rule', async () => {
    const { functions } = cluster.cluster;
    const { ref, config } = cluster.desire('f');
    const { name } = ref;
    const data = { fileName: 'a.jar', body: cluster.jar };
    const elsewhere = (tenant: string, namespace: string) => ({ ...ref, tenant, namespace });

    expect(await meant(functions.get(ref))).toBe(`missing 404 Function ${name} doesn't exist`);
    expect(await meant(functions.delete(ref))).toBe(`missing 404 Function ${name} doesn't exist`);
    expect(await meant(functions.update({ ref, config: { ...config, parallelism: 2 } }))).toBe(
      `missing 400 Function ${name} doesn't exist`,
    );
    expect(await meant(functions.create({ ref, config, data }))).toBe('done 204 ');
    expect(await meant(functions.create({ ref, config, data }))).toBe(
      `exists 400 Function ${name} already exists`,
    );
    expect(await meant(functions.update({ ref, config }))).toBe('unchanged 400 Update contains no change');
    expect(await meant(functions.update({ ref, config: { ...config, autoAck: false } }))).toBe(
      'refused 400 AutoAck cannot be altered',
    );
    for (const [tenant, namespace, reason] of [
      ['public', 'no-such-namespace', 'Namespace does not exist'],
      ['no-such-tenant', 'default', 'Tenant does not exist'],
    ] as const)
      expect(await meant(functions.create({ ref: elsewhere(tenant, namespace), config, data }))).toBe(
        `briefly 400 ${reason}`,
      );

    // The adapter clears a package of an earlier life away; without it this is the answer.
    await functions.delete(ref);
    const parts = [
      { name: 'functionConfig', contentType: 'application/json', body: Buffer.from(JSON.stringify(config)) },
      { name: 'data', contentType: 'application/octet-stream', ...data },
    ];
    const path = `/admin/v3/functions/public/default/${name}`;
    expect(await meant(http.request({ method: 'POST', path, body: multipart(parts) }))).toBe(
      `refused 500 Package 'function://public/default/${name}@0' metadata already exists`,
    );

    expect(RULES.filter((_rule, index) => met.has(index))).toEqual(
      RULES.filter(({ evidence }) => evidence === 'provoked'),
    );
  });
});
