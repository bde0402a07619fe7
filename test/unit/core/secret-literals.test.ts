import { secretFaults } from '../../../src/core/secret-literals.js';
import { isSecretReference, withoutReferences } from '../../../src/core/secret-references.js';
import { DEFAULT_SECRET_RULES } from '../../../src/core/secret-rules.js';
import { sealedText } from '../../support/sealed.js';

const found = (config: object): string[] =>
  secretFaults(config, '', DEFAULT_SECRET_RULES).flatMap(({ pointer = '', code }) =>
    code === 'SECRET_LITERAL' ? [pointer] : [],
  );

describe('literal secrets', () => {
  it('are found in every map whose keys are free', () => {
    const map = { password: 'x' };
    expect(
      found({
        userConfig: map,
        configs: map,
        secrets: map,
        inputSpecs: {
          in: {
            consumerProperties: map,
            schemaProperties: map,
            cryptoConfig: { cryptoKeyReaderConfig: map },
          },
        },
        producerConfig: { cryptoConfig: { cryptoKeyReaderConfig: map } },
        batchSourceConfig: { discoveryTriggererConfig: map },
        environments: { prod: { userConfig: map } },
      }),
    ).toEqual([
      '/userConfig/password',
      '/configs/password',
      '/secrets/password',
      '/inputSpecs/in/consumerProperties/password',
      '/inputSpecs/in/schemaProperties/password',
      '/inputSpecs/in/cryptoConfig/cryptoKeyReaderConfig/password',
      '/producerConfig/cryptoConfig/cryptoKeyReaderConfig/password',
      '/batchSourceConfig/discoveryTriggererConfig/password',
      '/environments/prod/userConfig/password',
    ]);
  });

  it('are found at any depth, in lists, and as numbers', () => {
    expect(
      found({
        userConfig: {
          db: { user: 'u', password: 'x' },
          servers: [{ host: 'h', 'api-key': 'x' }],
          tokens: ['x', 'y'],
          pwd: 1234,
        },
      }),
    ).toEqual([
      '/userConfig/db/password',
      '/userConfig/servers/0/api-key',
      '/userConfig/tokens/0',
      '/userConfig/tokens/1',
      '/userConfig/pwd',
    ]);
  });

  it('are found where the key stands beside the value', () => {
    expect(
      found({
        userConfig: {
          env: [
            { name: 'DB_PASSWORD', value: 'x' },
            { name: 'DB_HOST', value: 'x' },
          ],
        },
      }),
    ).toEqual(['/userConfig/env/0/value']);
  });

  it('are found in JSON that stands in a string', () => {
    expect(
      found({ transformFunctionConfig: '{"a":{"token":"x"}}', customRuntimeOptions: 'password=x' }),
    ).toEqual(['/transformFunctionConfig']);
  });

  it('are found in lists and strings of such JSON, and where a name stands in it twice', () => {
    const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzKEYMATER';
    for (const customRuntimeOptions of [
      `["${key}"]`,
      `"${key}"`,
      '{"pass\\u0077ord":"hunter2hunter2","password":{"$secret":"x"}}',
      '[{"a":1,"a":2}]',
    ])
      expect([customRuntimeOptions, found({ customRuntimeOptions })]).toEqual([
        customRuntimeOptions,
        ['/customRuntimeOptions'],
      ]);
    expect(found({ customRuntimeOptions: '{"a":{"b":1},"c":[{"b":2}]}' })).toEqual([]);
  });

  it.each(['sig=abc', 'se=1&Signature=abc', 'X-Goog-Signature=00ff', 'x-amz-signature=00ff'])(
    'are signed URLs of packages, such as one with %s',
    (query) => {
      expect(found({ artifactPathOrUrl: `https://store.example.com/a.jar?${query}#x` })).toEqual([
        '/artifactPathOrUrl',
      ]);
    },
  );

  it('are no URLs of packages without a signature', () => {
    expect(found({ artifactPathOrUrl: 'https://store.example.com/a.jar?version=1&design=2' })).toEqual([]);
  });

  it('are any literal right in `secrets`, which holds nothing but references', () => {
    expect(found({ secrets: { db: 'hunter2', feed: { path: 'pricing/feed', key: 'token' } } })).toEqual([
      '/secrets/db',
    ]);
  });

  it("are not looked for in Pulsar's own fields", () => {
    expect(
      found({
        inputs: ['token'],
        customSerdeInputs: { 'persistent://public/default/token': 'com.example.Serde' },
        producerConfig: { cryptoConfig: { encryptionKeys: ['key'], cryptoKeyReaderClassName: 'Reader' } },
      }),
    ).toEqual([]);
  });

  it('are neither references, nor empty, nor switches', () => {
    expect(
      found({
        ...{ tenant: 'a', namespace: 'b', name: 'c' },
        userConfig: {
          password: { $secret: 'db-password' },
          token: { $sealed: sealedText('a/b') },
          secret: '',
          auth: true,
          credentials: null,
        },
      }),
    ).toEqual([]);
  });

  it('are named with the two ways out, and never told', () => {
    const [fault] = secretFaults(
      { userConfig: { password: 'hunter2' } },
      '/params/configs/0',
      DEFAULT_SECRET_RULES,
    );
    expect(fault?.pointer).toBe('/params/configs/0/userConfig/password');
    expect(fault?.detail).toContain('{"$secret":"name"}');
    expect(fault?.detail).toContain('{"$sealed":"…"}');
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });
});

describe('a reference to a secret', () => {
  it.each([{ $secret: 'db.password-1' }, { $sealed: sealedText('a/b') }])('is %j', (value) => {
    expect(isSecretReference(value)).toBe(true);
  });

  it.each([
    { $secret: '../etc/passwd' },
    { $secret: '' },
    { $secret: 1 },
    { $secret: 'a', more: 1 },
    { $sealed: '' },
    { $sealed: 'x' },
    { $sealed: 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc' },
    { $sealed: `${sealedText('a/b')}${'x'.repeat(16 * 1024)}` },
  ])('is not %j, which is a fault', (value) => {
    expect(isSecretReference(value)).toBe(false);
    expect(secretFaults({ userConfig: { x: value } }, '', DEFAULT_SECRET_RULES)).toMatchObject([
      { pointer: '/userConfig/x', code: 'INVALID_COMMAND' },
    ]);
  });

  it('counts as a string where the schema wants one, and only in free maps', () => {
    const reference = { $secret: 'a' };
    expect(
      withoutReferences({
        className: reference,
        inputSpecs: { in: { consumerProperties: { token: reference } } },
      }),
    ).toEqual({ className: reference, inputSpecs: { in: { consumerProperties: { token: 'secret' } } } });
  });
});
