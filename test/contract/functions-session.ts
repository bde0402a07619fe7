import type { Functions, PackageData, Upsert, WorkloadRef } from '../../src/ports/functions.js';

/** A cluster to try, and a package whose ExclamationFunction it takes. */
export interface FunctionsSubject {
  readonly functions: Functions;
  readonly data: PackageData;
}

const EXCLAMATION = 'org.apache.pulsar.functions.api.examples.ExclamationFunction';
export const IN = 'persistent://public/default/contract-in';
export const OUT = 'persistent://public/default/contract-out';
export const DONE = { status: 204, reason: '' };

/** A config of each type. The connectors are classes that every worker has: they are taken, though they cannot run alone. */
export const CONFIGS = {
  function: { runtime: 'JAVA', className: EXCLAMATION, inputs: [IN], output: OUT },
  source: { className: 'org.apache.pulsar.functions.source.batch.BatchSourceExecutor', topicName: OUT },
  sink: { className: 'org.apache.pulsar.functions.sink.PulsarSink', inputs: [IN] },
} as const;
export const LABELS = { function: 'Function', source: 'Source', sink: 'Sink' } as const;
export const TYPES = ['function', 'source', 'sink'] as const;

let next = 0;
const freshName = (): string => `contract-${process.pid}-${Date.now().toString(36)}-${next++}`;

/** What a suite over a cluster needs; all that it creates is deleted after each test. */
export interface FunctionsSession {
  readonly functions: () => Functions;
  readonly newRef: (type: WorkloadRef['type'], name?: string) => WorkloadRef;
  readonly upsert: (ref: WorkloadRef, config?: object) => Upsert;
  readonly withPackage: (content: Upsert) => Upsert;
  readonly created: (type: WorkloadRef['type'], config?: object) => Promise<WorkloadRef>;
}

/** Opens a subject around the tests of a describe block. */
export function functionsSession(open: () => Promise<FunctionsSubject>): FunctionsSession {
  let subject: FunctionsSubject;
  const made: WorkloadRef[] = [];

  beforeAll(async () => {
    subject = await open();
  });
  afterEach(async () => {
    for (const ref of made.splice(0)) await subject.functions.delete(ref);
  });
  afterAll(() => subject.functions.close());

  const session: FunctionsSession = {
    functions: () => subject.functions,
    newRef(type, name = freshName()) {
      const ref = { type, tenant: 'public', namespace: 'default', name };
      made.push(ref);
      return ref;
    },
    upsert: (ref, config = {}) => ({
      ref,
      config: {
        tenant: ref.tenant,
        namespace: ref.namespace,
        name: ref.name,
        ...CONFIGS[ref.type],
        ...config,
      },
    }),
    withPackage: (content) => ({ ...content, data: subject.data }),
    async created(type, config = {}) {
      const ref = session.newRef(type);
      const content = session.withPackage(session.upsert(ref, config));
      expect(await subject.functions.create(content)).toMatchObject(DONE);
      return ref;
    },
  };
  return session;
}

/** An answer that refuses. */
export const refused = (status: number, reason: string): object => ({ status, reason });

/** Until it holds, ten seconds at most. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await check();
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
