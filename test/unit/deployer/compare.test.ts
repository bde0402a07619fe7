import { compareConfigs, differences } from '../../../src/deployer/compare.js';
import { remaining, type Desired } from '../../../src/deployer/plan.js';
import { normalise } from '../../../src/deployer/normalise.js';
import { toPulsarConfig } from '../../../src/deployer/pulsar-config.js';

const IN = 'persistent://public/default/in';
const REF = { type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' } as const;
const fields = (found: readonly { field: string }[]): string[] => found.map(({ field }) => field);

describe('what differs', () => {
  it('is named by the part that differs, in JSON pointers', () => {
    const config = {
      inputSpecs: { [IN]: { receiverQueueSize: 5 } },
      userConfig: { 'a/b': 1, same: { deep: [1, null] }, gone: null },
      producerConfig: { compressionType: 'ZSTD' },
    };
    const live = {
      inputSpecs: { [IN]: { receiverQueueSize: 6, poolMessages: false } },
      userConfig: { 'a/b': 2, same: { deep: [1.0, null] }, old: 'x' },
    };
    expect(fields(differences('function', config, live)).sort()).toEqual([
      '/inputSpecs/persistent:~1~1public~1default~1in/receiverQueueSize',
      '/producerConfig/compressionType',
      '/userConfig/a~1b',
      '/userConfig/old',
    ]);
  });

  it('is one difference where a whole object is missing', () => {
    const found = differences('function', { windowConfig: { windowLengthCount: 5, maxLagMs: 3 } }, {});
    expect(fields(found)).toEqual(['/windowConfig']);
  });

  it('names what holds a key that is too long', () => {
    const config = { userConfig: { ['k'.repeat(400)]: 1 } };
    expect(fields(differences('function', config, {}))).toEqual(['/userConfig']);
  });

  it('never tells a value of userConfig, configs or secrets', () => {
    const secret = { word: 'hunter2' };
    const found = [
      ...differences('function', { userConfig: secret, secrets: secret }, { userConfig: { word: 'old' } }),
      ...differences('sink', { configs: secret }, {}),
    ];
    expect(found).toHaveLength(3);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|old/);
  });

  it('tells a default that is said from a field that is cleared', () => {
    const live = { autoAck: false };
    expect(compareConfigs({ type: 'sink', config: { autoAck: true }, live })[0]?.fate.class).toBe('refused');
    expect(compareConfigs({ type: 'sink', config: {}, live })[0]?.fate.class).toBe('ignored');
  });

  it('takes retries of nought for retries of a function, and for none of a sink', () => {
    expect(normalise('function', { maxMessageRetries: 0 })).toHaveProperty('maxMessageRetries', 0);
    expect(normalise('sink', { maxMessageRetries: 0 })).not.toHaveProperty('maxMessageRetries');
  });

  it('takes the order of a sink for what its guarantee implies', () => {
    const staged = {
      type: 'sink',
      processingGuarantees: 'EFFECTIVELY_ONCE',
      retainOrdering: false,
      inputs: [IN],
    };
    const { config } = toPulsarConfig({ ...REF, type: 'sink' }, { ...staged, artifactPathOrUrl: 'a.nar' });
    const live = {
      processingGuarantees: 'EFFECTIVELY_ONCE',
      retainOrdering: true,
      inputSpecs: { [IN]: {} },
    };
    expect(config).not.toHaveProperty('retainOrdering');
    expect(differences('sink', config, live)).toEqual([]);
  });
});

describe('what stays different after a plan was carried out', () => {
  const desired: Desired = {
    operation: 'apply',
    ref: REF,
    config: { parallelism: 2, skipToLatest: true },
    samePackage: true,
  };
  const lost = { field: '/skipToLatest', class: 'lost', detail: 'Lost.' } as const;

  it('is what is read back otherwise, and what the update lost unseen', () => {
    const plan = { operation: 'update', config: {}, sendPackage: false, fields: [lost] } as const;
    expect(remaining(plan, desired, { parallelism: 2 })).toEqual([lost]);
    expect(fields(remaining(plan, desired, { parallelism: 1 }))).toEqual(['/parallelism', '/skipToLatest']);
  });

  it('is nothing after a creation or a deletion', () => {
    const plan = { operation: 're-create', config: {}, sendPackage: true, fields: [lost] } as const;
    expect(remaining(plan, desired, { parallelism: 2 })).toEqual([]);
    expect(remaining({ operation: 'delete', fields: [] }, { operation: 'delete', ref: REF }, {})).toEqual([]);
  });
});
