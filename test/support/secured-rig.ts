import { randomUUID } from 'node:crypto';
import { createCredentials, type CredentialsConfig } from '../../src/adapters/credentials/credentials.js';
import { createPulsarTopicAdmin } from '../../src/adapters/pulsar-admin/topic-admin.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import type { Bus } from '../../src/ports/bus.js';
import type { Credentials } from '../../src/ports/credentials.js';
import type { ProvisionStep } from '../../src/ports/topic-admin.js';
import { message, take, textsOf } from '../contract/bus-session.js';
import { startSecuredBroker, SUPERUSER, type SecuredBroker } from './secured-broker.js';

const TENANT = 'secured';
const NAMESPACE = 'plain';

export function securedTopic(name: string): string {
  return `persistent://${TENANT}/${NAMESPACE}/${name}`;
}

/** A secured broker, and ways to come to it as somebody. */
export interface SecuredRig {
  readonly broker: SecuredBroker;
  /** Credentials by these settings; the broker's authority is trusted unless they say otherwise. */
  shown(config: CredentialsConfig): Credentials;
  busOf(credentials: Credentials, more?: object): Bus;
  /** A bus with that role's token. */
  busAs(role: string): Promise<Bus>;
  /** Makes a topic, and lets a role send and consume there. */
  permit(topic: string, role: string): Promise<ProvisionStep[]>;
  /** Sends, consumes and reads a message. */
  exchange(bus: Bus, topic: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startSecuredRig(fetched: string): Promise<SecuredRig> {
  const broker = await startSecuredBroker(fetched);
  const buses: Bus[] = [];

  const shown = (config: CredentialsConfig): Credentials =>
    createCredentials({
      config: { tls: { caFile: broker.authority.caFile }, ...config },
      owner: 'Pulsar',
      nameOf: (field) => field,
    });
  const busOf = (credentials: Credentials, more: object = {}): Bus => {
    const bus = createPulsarWsBus({ url: broker.wsUrl, credentials, ...more });
    buses.push(bus);
    return bus;
  };
  const busAs = async (role: string): Promise<Bus> =>
    busOf(shown({ tokenFile: await broker.tokenFile(role) }));
  const permit = async (topic: string, role: string): Promise<ProvisionStep[]> => {
    const credentials = shown({ tokenFile: await broker.tokenFile(SUPERUSER) });
    const admin = createPulsarTopicAdmin({ adminUrl: broker.adminUrl, credentials });
    await admin.provision([
      { tenant: TENANT, namespace: NAMESPACE, keepForEver: false, deduplicate: false, topics: [topic] },
    ]);
    return admin.permit([{ topic, roles: { [role]: ['produce', 'consume'] }, exclusive: false }]);
  };
  /** Sends, consumes and reads one message. */
  const exchange = async (bus: Bus, topic: string): Promise<void> => {
    const text = randomUUID();
    const consumer = await bus.openConsumer(topic, { subscription: 's', type: 'Failover' });
    const producer = await bus.openProducer(topic);
    await producer.send(message(text));
    const received = await take(consumer, 1);
    expect(textsOf(received)).toEqual([text]);
    await Promise.all(received.map((one) => consumer.acknowledge(one)));
    const reader = await bus.openReader(topic, { start: 'earliest' });
    expect(textsOf(await take(reader, 1))).toHaveLength(1);
    await Promise.all([consumer, producer, reader].map((part) => part.close()));
  };

  return {
    broker,
    shown,
    busOf,
    busAs,
    permit,
    exchange,
    async stop() {
      await Promise.all(buses.map((bus) => bus.close()));
      await broker.stop();
    },
  };
}
