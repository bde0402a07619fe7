import { createPulsarNativeBus } from '../../../src/adapters/pulsar-native/bus.js';
import { AppError } from '../../../src/errors.js';
import type { Credentials, TlsFiles } from '../../../src/ports/credentials.js';
import { createFakeLog } from '../../support/fake-log.js';
import { shownCredentials } from '../../support/shown-credentials.js';
import { createFakeClient } from './fake-pulsar-client.js';

const FILES: TlsFiles = { caFile: '/ca.pem', certFile: '/c.pem', keyFile: '/k.pem' };
const SECURE = { tlsValidateHostname: true, tlsAllowInsecureConnection: false };

describe('what the native client is made with', () => {
  const log = createFakeLog();

  async function configOf(credentials?: Credentials): Promise<Record<string, unknown>> {
    const fake = createFakeClient();
    const load = (): Promise<unknown> => Promise.resolve(fake.driver);
    const bus = await createPulsarNativeBus({ url: 'pulsar+ssl://h:6651', credentials, log, load });
    await bus.close();
    return { ...fake.configs[0] };
  }
  const parametersIn = (config: Record<string, unknown>): Record<string, unknown> =>
    (config['authentication'] as { readonly parameters: Record<string, unknown> }).parameters;

  it('checks certificates and host names always', async () => {
    expect(await configOf()).toEqual({
      serviceUrl: 'pulsar+ssl://h:6651',
      operationTimeoutSeconds: 10,
      ...SECURE,
    });
  });

  it('is a token that it asks for whenever it needs one', async () => {
    let token = 'one';
    const config = await configOf({
      ...shownCredentials(() => token),
      tlsFiles: { caFile: '/ca.pem' },
    });
    expect(config).toMatchObject({ ...SECURE, tlsTrustCertsFilePath: '/ca.pem' });
    const supply = parametersIn(config)['token'] as () => Promise<string>;
    expect(await supply()).toBe('one');
    token = 'two';
    expect(await supply()).toBe('two');
  });

  it('is an empty token where there is none to be had, and never an error', async () => {
    const gone = shownCredentials(() => Promise.reject(new AppError('TOKEN_MISSING', 'gone')));
    const supply = parametersIn(await configOf(gone))['token'] as () => Promise<string>;
    expect(await supply()).toBe('');
    expect(log.lines).toContainEqual({
      level: 'warn',
      facts: { reason: 'gone' },
      event: 'credentials-not-readable',
    });
  });

  it('is a certificate, or one beside a token', async () => {
    const alone = await configOf({ ...shownCredentials(() => undefined), tlsFiles: FILES });
    expect(parametersIn(alone)).toEqual({ certificatePath: '/c.pem', privateKeyPath: '/k.pem' });
    const both = await configOf({ ...shownCredentials(() => 'one'), tlsFiles: FILES });
    expect(both).toMatchObject({ tlsCertificateFilePath: '/c.pem', tlsPrivateKeyFilePath: '/k.pem' });
    expect(parametersIn(both)).toHaveProperty('token');
  });
});
