import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPulsarTopicAdmin } from '../../src/adapters/pulsar-admin/topic-admin.js';
import type { Credentials } from '../../src/ports/credentials.js';
import { message, whenFree } from '../contract/bus-session.js';
import { backend } from '../support/backends.js';
import type { CertificateFiles } from '../support/certificates.js';
import { startFakeIssuer, type FakeIssuer } from '../support/fake-issuer.js';
import { createFakeLog } from '../support/fake-log.js';
import { fetchedPulsar } from '../support/own-broker.js';
import { initPermissions } from '../support/secured-init.js';
import { securedTopic, startSecuredRig, type SecuredRig } from '../support/secured-rig.js';
import { until } from '../support/until.js';

const fetched = fetchedPulsar();
const tlsOf = ({ certFile, keyFile }: CertificateFiles): { cert: Buffer; key: Buffer } => ({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
});

backend(
  'a broker that asks who somebody is, over TLS',
  fetched !== undefined,
  'scripts/pulsar.mjs has fetched no broker',
  () => {
    jest.setTimeout(120_000);
    let rig: SecuredRig;
    const issuers: FakeIssuer[] = [];

    beforeAll(async () => {
      rig = await startSecuredRig(fetched ?? '');
    });
    afterAll(async () => {
      await Promise.all(issuers.map((issuer) => issuer.close()));
      await rig.stop();
    });

    it('lets a role that was granted it send, consume and read by its token', async () => {
      expect(await rig.permit(securedTopic('tokens'), 'sender')).toMatchObject([{ done: 'granted' }]);
      await rig.exchange(await rig.busAs('sender'), securedTopic('tokens'));
    });

    it('refuses a wrong token, no token, and one that has expired, and says so', async () => {
      const wrong = join(rig.broker.dir, 'wrong.jwt');
      writeFileSync(wrong, 'nonsense');
      const refused = async (credentials: Credentials): Promise<string> => {
        const opening = rig.busOf(credentials).openProducer(securedTopic('tokens'));
        const error: unknown = await opening.catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
        return (error as Error).message;
      };
      expect(await refused(rig.shown({ tokenFile: wrong }))).toMatch(
        /401 Authentication required\. Shown was the token of tokenFile$/,
      );
      expect(await refused(rig.shown({}))).toMatch(
        /401 .* Nothing was shown: set STAGELINE_PULSAR_TOKEN_FILE/,
      );
      expect(await refused(rig.shown({ tokenFile: await rig.broker.tokenFile('sender', -60) }))).toMatch(
        /401 .* the token of tokenFile, which expired at 20/,
      );
      const admin = createPulsarTopicAdmin({
        adminUrl: rig.broker.adminUrl,
        credentials: rig.shown({ tokenFile: wrong }),
      });
      await expect(admin.unload(securedTopic('tokens'))).rejects.toMatchObject({
        message: expect.stringMatching(/answered 401: .*\(shown was the token of tokenFile\)$/) as string,
      });
    });

    it('refuses a role without the right, and says which', async () => {
      const bus = await rig.busAs('stranger');
      await expect(bus.openProducer(securedTopic('tokens'))).rejects.toMatchObject({
        message: expect.stringMatching(
          /403 Not authorized\. The role of the token of tokenFile lacks "produce" on persistent:/,
        ) as string,
      });
      await expect(bus.openReader(securedTopic('tokens'), { start: 'earliest' })).rejects.toMatchObject({
        message: expect.stringMatching(/lacks "consume"/) as string,
      });
    });

    it('is not talked to where its certificate is of an authority that is not trusted', async () => {
      const bus = rig.busOf(rig.shown({ tokenFile: await rig.broker.tokenFile('sender'), tls: {} }));
      await expect(bus.openProducer(securedTopic('tokens'))).rejects.toMatchObject({
        message: expect.stringMatching(/certificate.* set tls\/caFile to the file/) as string,
      });
    });

    it('is not talked to under a name that its certificate does not hold', async () => {
      const server = createServer(tlsOf(rig.broker.authority.server('other', 'other.example.com')));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `wss://localhost:${(server.address() as AddressInfo).port}`;
      const bus = rig.busOf(rig.shown({}), { url });
      await expect(bus.openProducer(securedTopic('tokens'))).rejects.toMatchObject({
        message: expect.stringMatching(/certificate is for another host/) as string,
      });
      server.close();
    });

    it('gets new sockets when the token file has changed, and takes no expired one', async () => {
      const tokenFile = await rig.broker.tokenFile('sender', 3);
      const log = createFakeLog();
      const bus = rig.busOf(rig.shown({ tokenFile }), { renewalMs: 200, log });
      const topic = securedTopic('tokens');
      const producer = await bus.openProducer(topic, { name: 'keeper', exclusive: true });
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      // What Pulsar does by itself: an open socket outlives its token.
      await producer.send(message('late'));
      expect(producer.lost.aborted).toBe(false);
      expect(log.lines.some(({ event }) => event === 'token-expires')).toBe(true);

      const next = await rig.broker.tokenFile('sender');
      renameSync(next, tokenFile);
      await until(() => producer.lost.aborted, 10_000);
      expect((producer.lost.reason as Error).message).toContain('the credentials have changed');
      const again = await whenFree(() => bus.openProducer(topic, { name: 'keeper', exclusive: true }));
      await again.send(message('with the new one'));
      await again.close();
    });

    it('knows a client by its certificate', async () => {
      const topic = securedTopic('certificates');
      await rig.permit(topic, 'machine');
      const { caFile } = rig.broker.authority;
      await rig.exchange(
        rig.busOf(rig.shown({ tls: { caFile, ...rig.broker.authority.client('machine') } })),
        topic,
      );
      const other = rig.busOf(rig.shown({ tls: { caFile, ...rig.broker.authority.client('other') } }));
      await expect(other.openProducer(topic)).rejects.toMatchObject({
        message: expect.stringMatching(/403 .*the certificate of tls\/certFile lacks "produce"/) as string,
      });
    });

    it('takes tokens that an issuer gives, and gets others before they expire', async () => {
      const topic = securedTopic('issued');
      await rig.permit(topic, 'client-7');
      const issuer = await startFakeIssuer({
        async token({ form }) {
          if (form['client_secret'] !== 'right') return { status: 401, body: { error: 'invalid_client' } };
          return { body: { access_token: await rig.broker.token('client-7', 5), expires_in: 5 } };
        },
      });
      issuers.push(issuer);
      const clientSecretFile = join(rig.broker.dir, 'client.json');
      const key = { type: 'client_credentials', client_id: 'stageline', client_secret: 'right' };
      writeFileSync(clientSecretFile, JSON.stringify(key));
      const oauth2 = { issuerUrl: issuer.url, clientSecretFile };
      const bus = rig.busOf(rig.shown({ oauth2 }), { renewalMs: 200 });
      await rig.exchange(bus, topic);
      const producer = await bus.openProducer(topic);
      await until(() => producer.lost.aborted, 15_000);
      expect(issuer.asked.length).toBeGreaterThan(1);
      await rig.exchange(bus, topic);

      writeFileSync(clientSecretFile, JSON.stringify({ ...key, client_secret: 'wrong' }));
      await expect(rig.busOf(rig.shown({ oauth2 })).openProducer(topic)).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringMatching(/gave no token: invalid_client \(401\)/) as string,
      });
    });

    initPermissions(() => rig);
  },
);
