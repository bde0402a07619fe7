import { preflight, type PreflightFacts } from '../../../src/deployer/preflight.js';
import { jobName, nameFault } from '../../../src/deployer/runtime-names.js';

const REF = { type: 'function', tenant: 'acme', namespace: 'orders', name: 'enrich' } as const;
const IN = 'persistent://acme/orders/in';
const OUT = 'persistent://acme/orders/out';
const CONFIG = { inputSpecs: { [IN]: {} }, output: OUT };
const SUBJECT = { ref: REF, config: CONFIG, artifact: 'app.jar' };
const FACTS: PreflightFacts = {
  runtime: undefined,
  place: 'there',
  taken: undefined,
  denied: undefined,
  createsTopics: true,
  topics: new Map([
    [IN, 'there'],
    [OUT, 'there'],
  ]),
  schemas: new Map(),
  packageThere: undefined,
};
const codes = (facts: Partial<PreflightFacts>, subject: object = {}): string[] =>
  preflight({ ...SUBJECT, ...subject }, { ...FACTS, ...facts }).map(
    ({ code, blocks }) => `${code}${blocks ? '!' : ''}`,
  );

describe('the pre-flight', () => {
  it('has nothing to say where all is there', () => {
    expect(codes({})).toEqual([]);
  });

  it.each([
    ['a tenant', { place: 'no-tenant' as const }, ['NAMESPACE_MISSING!']],
    ['a namespace', { place: 'no-namespace' as const }, ['NAMESPACE_MISSING!']],
    ['the permission', { denied: 'HTTP 401 not authorized' }, ['PERMISSION_MISSING!']],
    ['the package that is referred to', { packageThere: false }, ['PACKAGE_NOT_FOUND!']],
  ])('blocks without %s', (_what, facts, expected) => {
    expect(codes(facts)).toEqual(expected);
  });

  it('warns of a log topic where instances are threads of the broker', () => {
    const config = { ...CONFIG, logTopic: 'persistent://acme/orders/log' };
    expect(codes({ runtime: 'thread' }, { config })).toEqual(['RISKY_SETTING']);
    expect(codes({ runtime: 'process' }, { config })).toEqual([]);
  });

  it('blocks where another kind has the name', () => {
    const [notice] = preflight(SUBJECT, { ...FACTS, taken: 'sink' });
    expect(notice).toMatchObject({ code: 'NAME_TAKEN', blocks: true });
    expect(notice?.detail).toContain('There is a sink acme/orders/enrich already');
  });

  it('warns of topics that would be made, and blocks where none are', () => {
    const topics = new Map([
      [IN, 'missing'],
      [OUT, 'there'],
    ] as const);
    expect(codes({ topics })).toEqual(['TOPIC_MISSING']);
    expect(codes({ topics, createsTopics: undefined })).toEqual(['TOPIC_MISSING']);
    expect(codes({ topics, createsTopics: false })).toEqual(['TOPIC_MISSING!']);
  });

  it('says what could not be checked instead of guessing', () => {
    const [notice] = preflight(SUBJECT, { ...FACTS, place: { unknown: 'the cluster answered 403: no' } });
    expect(notice).toMatchObject({ code: 'NOT_CHECKED', blocks: false });
    expect(notice?.detail).toContain('the cluster answered 403');
  });

  it('warns of a topic whose schema is another, by type and whatever the case', () => {
    const config = { inputSpecs: { [IN]: { schemaType: 'json' } }, output: OUT, outputSchemaType: 'STRING' };
    const schemas = new Map([
      [IN, 'JSON'],
      [OUT, 'AVRO'],
    ]);
    const notices = preflight({ ...SUBJECT, config }, { ...FACTS, schemas });
    expect(notices).toHaveLength(1);
    expect(notices[0]?.detail).toContain(`uses ${OUT} with the schema STRING`);
  });

  it('asks of a deletion only whether it is permitted', () => {
    expect(codes({ place: 'no-tenant', taken: 'sink' }, { config: undefined })).toEqual([]);
    expect(codes({ denied: 'HTTP 401' }, { config: undefined })).toEqual(['PERMISSION_MISSING!']);
  });
});

describe('names on Kubernetes', () => {
  it('are the same for names that are split otherwise', () => {
    const left = jobName({ ...REF, tenant: 'a-b', namespace: 'c', name: 'd' });
    expect(left).toBe('pf-a-b-c-d');
    expect(jobName({ ...REF, tenant: 'a', namespace: 'b-c', name: 'd' })).toBe(left);
  });

  it('get a hash where they must be converted', () => {
    expect(jobName({ ...REF, name: 'En_rich' })).toMatch(/^pf-acme-orders-en-rich-[0-9a-f]{8}$/);
  });

  it('have at most 53 characters, there and nowhere else', () => {
    const fits = { ...REF, name: 'x'.repeat(53 - 'pf-acme-orders-'.length) };
    expect(nameFault(fits, 'kubernetes')).toBeUndefined();
    expect(nameFault({ ...fits, name: `${fits.name}x` }, 'kubernetes')).toContain('54 characters');
    expect(nameFault({ ...fits, name: `${fits.name}x` }, 'process')).toBeUndefined();
  });

  it('may hold no colon anywhere', () => {
    expect(nameFault({ ...REF, name: 'a:b' }, undefined)).toContain('colon');
  });
});
