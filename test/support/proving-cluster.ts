import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WebSocket } from 'ws';
import { createPulsarCluster } from '../../src/adapters/pulsar-admin/cluster.js';
import { pause } from '../../src/core/pause.js';
import type { Applied } from '../../src/deployer/applied.js';
import { applyDeployment } from '../../src/deployer/apply.js';
import { readStatus, type FunctionStatus } from '../../src/deployer/function-status.js';
import type { Health } from '../../src/deployer/health.js';
import { createHealthGate } from '../../src/deployer/health-gate.js';
import type { Package } from '../../src/deployer/package.js';
import type { Desired } from '../../src/deployer/plan.js';
import { backlogOf, readingOf } from '../../src/deployer/subscriptions.js';
import type { SubscriptionFacts } from '../../src/ports/cluster.js';
import type { WorkloadRef } from '../../src/ports/functions.js';

export const EXAMPLES = 'org.apache.pulsar.functions.api.examples.';
const LIMITS = { settleMs: 500, bakeMs: 1500, limitMs: 8000, backlogGrowth: 20 };

export interface ProvingOptions {
  readonly adminUrl: string;
  readonly wsUrl: string;
  readonly jar: string;
  /** Of every name in `public/default`. */
  readonly prefix: string;
}

/** A real cluster, and the deployer's own pieces over it. */
export async function openProvingCluster({ adminUrl, wsUrl, jar, prefix }: ProvingOptions) {
  const cluster = createPulsarCluster({ adminUrl });
  const { functions, admin } = cluster;
  const body = await readFile(jar);
  const made = new Map<string, WorkloadRef>();
  const signal = new AbortController().signal;
  const gate = createHealthGate({
    functions,
    limits: LIMITS,
    backlogOf: (reading) => backlogOf(reading, admin),
  });

  const packageOf = (bytes: Buffer): Package => ({
    kind: 'data',
    fileName: basename(jar),
    body: bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const refOf = (name: string): WorkloadRef => {
    const ref = {
      type: 'function',
      tenant: 'public',
      namespace: 'default',
      name: `${prefix}-${name}`,
    } as const;
    made.set(name, ref);
    return ref;
  };
  const topic = (name: string, end: 'in' | 'out'): string =>
    `persistent/public/default/${prefix}-${name}-${end}`;
  const full = (path: string): string => path.replace('/', '://');
  const pathOf = (name: string, end: 'in' | 'out'): string => `${adminUrl}/admin/v2/${topic(name, end)}`;

  const subscription = async (name: string): Promise<SubscriptionFacts | undefined> => {
    const found = await admin.subscriptions(full(topic(name, 'in')));
    return found.known ? found.value?.get(`public/default/${prefix}-${name}`) : undefined;
  };

  return {
    cluster,
    jar: body,
    packageOf,
    refOf,
    desire(name: string, config: object = {}, more: Partial<Extract<Desired, { operation: 'apply' }>> = {}) {
      const ref = refOf(name);
      const desired: Extract<Desired, { operation: 'apply' }> = {
        operation: 'apply',
        ref,
        config: {
          runtime: 'JAVA',
          className: `${EXAMPLES}ExclamationFunction`,
          inputSpecs: { [full(topic(name, 'in'))]: {} },
          output: full(topic(name, 'out')),
          ...config,
        },
        package: packageOf(body),
        samePackage: false,
        ...more,
      };
      return desired;
    },
    apply: (desired: Desired): Promise<Applied> =>
      applyDeployment(desired, { functions, admin, signal, deadlineMs: 60_000 }),
    watch(desired: Extract<Desired, { operation: 'apply' }>, before?: FunctionStatus): Promise<Health> {
      const reading = readingOf(desired.ref, desired.config);
      const expected = { parallelism: 1, before, ...(reading === undefined ? {} : { reading }) };
      return gate.watch(desired.ref, expected, signal);
    },
    status: async (ref: WorkloadRef): Promise<FunctionStatus | undefined> =>
      readStatus(await functions.status(ref)),
    async running(ref: WorkloadRef): Promise<void> {
      for (let tries = 0; tries < 100; tries++) {
        const instances = readStatus(await functions.status(ref))?.instances ?? [];
        if (instances.length > 0 && instances.every((each) => each.running)) return;
        await pause(100);
      }
      throw new Error(`${ref.name} does not run`);
    },
    async backlog(name: string): Promise<number | undefined> {
      return (await subscription(name))?.backlog;
    },
    /** Waits until a function reads its input, as someone else than `former`; returns as whom. */
    async reader(name: string, former?: string): Promise<string> {
      for (let tries = 0; tries < 100; tries++) {
        const [consumer] = (await subscription(name))?.consumers ?? [];
        if (consumer !== undefined && consumer !== former) return consumer;
        await pause(100);
      }
      throw new Error(`${name} does not read`);
    },
    /** Makes a function's input with its schema: a producer without one keeps a function's consumer from adding it. */
    async makeInput(name: string): Promise<void> {
      await fetch(pathOf(name, 'in'), { method: 'PUT' });
      const schemas = `${adminUrl}/admin/v2/schemas/${topic(name, 'in').slice('persistent/'.length)}/schema`;
      await fetch(schemas, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'STRING', schema: '', properties: {} }),
      });
    },
    /** Puts so many messages on a function's input, one to an entry. */
    send: (name: string, count: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${wsUrl}/ws/v2/producer/${topic(name, 'in')}`);
        let stored = 0;
        socket.on('error', reject);
        socket.on('message', () => {
          if (++stored < count) return;
          socket.close();
          resolve();
        });
        socket.on('open', () => {
          for (let n = 0; n < count; n++)
            socket.send(JSON.stringify({ payload: Buffer.from(`m${n}`).toString('base64') }));
        });
      }),
    /** Keeps what a function puts on its output, from now on. */
    async keepOutput(name: string): Promise<void> {
      await fetch(pathOf(name, 'out'), { method: 'PUT' });
      await fetch(`${pathOf(name, 'out')}/subscription/kept`, { method: 'PUT' });
    },
    /** How many messages a function has put on its output. */
    async written(name: string): Promise<number | undefined> {
      return ((await (await fetch(`${pathOf(name, 'out')}/stats`)).json()) as { msgInCounter?: number })
        .msgInCounter;
    },
    async close(): Promise<void> {
      for (const ref of made.values()) await functions.delete(ref);
      await pause(500);
      for (const name of made.keys())
        for (const end of ['in', 'out'] as const)
          await fetch(`${pathOf(name, end)}?force=true`, { method: 'DELETE' });
      await functions.close();
    },
  };
}

export type ProvingCluster = Awaited<ReturnType<typeof openProvingCluster>>;
