import {
  CONFIGS,
  DONE,
  eventually,
  functionsSession,
  IN,
  LABELS,
  OUT,
  refused,
  TYPES,
  type FunctionsSubject,
} from './functions-session.js';

const BOTH: unknown[] = [0, 1].map((instanceId) => expect.objectContaining({ instanceId }) as unknown);

/** What every cluster answers, the sandbox or a real one: the same status and the same reason. */
export function functionsContract(open: () => Promise<FunctionsSubject>): void {
  const session = functionsSession(open);
  const { newRef, upsert, withPackage, created } = session;

  describe.each(TYPES)('a %s', (type) => {
    const label = LABELS[type];

    it('is unknown until it is created', async () => {
      const ref = newRef(type);
      const gone = refused(404, `${label} ${ref.name} doesn't exist`);
      expect(await session.functions().get(ref)).toMatchObject(gone);
      expect(await session.functions().status(ref)).toMatchObject(gone);
      expect(await session.functions().delete(ref)).toMatchObject(gone);
      expect(await session.functions().update(upsert(ref))).toMatchObject({ ...gone, status: 400 });
      expect(await session.functions().start(ref)).toMatchObject(gone);
      expect(await session.functions().stop(ref)).toMatchObject(gone);
      expect(await session.functions().restart(ref)).toMatchObject(gone);
    });

    it('is listed among its own kind only', async () => {
      const { tenant, namespace, name } = await created(type);
      for (const each of TYPES) {
        const { status, body } = await session.functions().list({ type: each, tenant, namespace });
        expect(status).toBe(200);
        expect((body as string[]).includes(name)).toBe(each === type);
      }
    });

    it('is not created without a package', async () => {
      const answer = await session.functions().create(upsert(newRef(type)));
      expect(answer).toMatchObject(refused(400, `${label} package is not provided`));
    });

    it('is created once, and read back with the defaults', async () => {
      const ref = await created(type);
      const again = await session.functions().create(withPackage(upsert(ref)));
      expect(again).toMatchObject(refused(400, `${label} ${ref.name} already exists`));
      expect(await session.functions().get(ref)).toMatchObject({
        status: 200,
        body: {
          tenant: 'public',
          namespace: 'default',
          name: ref.name,
          className: CONFIGS[type].className,
          parallelism: 1,
          processingGuarantees: 'ATLEAST_ONCE',
          resources: { cpu: 1, ram: 1_073_741_824, disk: 10_737_418_240 },
        },
      });
    });

    it('answers that an update changes nothing, unless it brings a package', async () => {
      const ref = await created(type);
      const answer = await session.functions().update(upsert(ref));
      expect(answer).toMatchObject(refused(400, 'Update contains no change'));
      expect(await session.functions().update(withPackage(upsert(ref)))).toMatchObject(DONE);
    });

    it('takes a change, and keeps what an update leaves out', async () => {
      const ref = await created(type);
      const settings = type === 'function' ? 'userConfig' : 'configs';
      const change = upsert(ref, { [settings]: { word: 'one' }, secrets: { s: { key: 'k' } } });
      expect(await session.functions().update(change)).toMatchObject(DONE);
      expect(await session.functions().update(upsert(ref, { parallelism: 2 }))).toMatchObject(DONE);
      expect(await session.functions().get(ref)).toMatchObject({
        body: { parallelism: 2, [settings]: { word: 'one' }, secrets: { s: { key: 'k' } } },
      });
      expect(await session.functions().update(upsert(ref, { [settings]: {}, secrets: {} }))).toMatchObject(
        DONE,
      );
      const { body } = await session.functions().get(ref);
      expect(body).toHaveProperty(settings, {});
      expect(body).not.toHaveProperty('secrets');
    });

    it('refuses a parallelism of nought', async () => {
      const reason = `${label} parallelism must be a positive number`;
      const faulty = upsert(newRef(type), { parallelism: 0 });
      expect(await session.functions().create(withPackage(faulty))).toMatchObject(refused(400, reason));
      const ref = await created(type);
      expect(await session.functions().update(upsert(ref, { parallelism: 0 }))).toMatchObject(
        refused(400, reason),
      );
    });

    it('refuses another delivery guarantee', async () => {
      const ref = await created(type);
      const answer = await session.functions().update(upsert(ref, { processingGuarantees: 'ATMOST_ONCE' }));
      expect(answer).toMatchObject(refused(400, 'Processing Guarantees cannot be altered'));
    });

    it('is gone when deleted, and can be created again and updated with a package', async () => {
      const ref = await created(type);
      expect(await session.functions().update(withPackage(upsert(ref)))).toMatchObject(DONE);
      expect(await session.functions().delete(ref)).toMatchObject(DONE);
      expect(await session.functions().get(ref)).toMatchObject({ status: 404 });
      expect(await session.functions().create(withPackage(upsert(ref)))).toMatchObject(DONE);
      expect(await session.functions().update(withPackage(upsert(ref)))).toMatchObject(DONE);
    });

    it('shares its name with the other two kinds', async () => {
      const ref = await created(type);
      for (const other of TYPES.filter((each) => each !== type)) {
        const clash = newRef(other, ref.name);
        const gone = refused(404, `${LABELS[other]} ${ref.name} doesn't exist`);
        expect(await session.functions().create(withPackage(upsert(clash)))).toMatchObject(
          refused(400, `${LABELS[other]} ${ref.name} already exists`),
        );
        expect(await session.functions().get(clash)).toMatchObject(gone);
        expect(await session.functions().update(withPackage(upsert(clash)))).toMatchObject(gone);
        expect(await session.functions().delete(clash)).toMatchObject(gone);
      }
    });

    it('has an instance for each of its parallelism in its status', async () => {
      const ref = await created(type, { parallelism: 2 });
      await eventually(async () => {
        const { status, body } = await session.functions().status(ref);
        expect({ status, body }).toMatchObject({
          status: 200,
          body: { numInstances: 2, instances: expect.arrayContaining(BOTH) as unknown },
        });
      });
    });
  });

  describe('a function', () => {
    it('runs', async () => {
      const ref = await created('function');
      await eventually(async () => {
        expect((await session.functions().status(ref)).body).toMatchObject({
          numInstances: 1,
          numRunning: 1,
          instances: [{ status: { running: true, error: '', numRestarts: 0 } }],
        });
      });
    });

    it.each([
      [
        'no runtime',
        { runtime: undefined },
        'Function language runtime is either not set or cannot be determined',
      ],
      ['no input', { inputs: [] }, 'No input topic(s) specified for the function'],
      ['no class', { className: undefined }, 'Function class name is not provided.'],
      ['an input that is no topic', { inputs: ['a b://c'] }, 'Input topic a b://c is invalid'],
      ['an output that is no topic', { output: 'a b://c' }, 'Output topic a b://c is invalid'],
    ])('is not created with %s', async (_case, config, reason) => {
      const answer = await session.functions().create(withPackage(upsert(newRef('function'), config)));
      expect(answer).toMatchObject(refused(400, reason));
    });

    it('folds its inputs into inputSpecs and adds defaults when read back', async () => {
      const ref = await created('function', { userConfig: { a: 'b' } });
      expect((await session.functions().get(ref)).body).toMatchObject({
        inputSpecs: { [IN]: { schemaProperties: {}, consumerProperties: {}, regexPattern: false } },
        output: OUT,
        userConfig: { a: 'b' },
        runtime: 'JAVA',
        autoAck: true,
        retainOrdering: false,
        cleanupSubscription: true,
        subscriptionPosition: 'Latest',
        producerConfig: { useThreadLocalProducers: false, batchBuilder: '', compressionType: 'LZ4' },
      });
    });

    it.each([
      ['another input', { inputs: ['persistent://public/default/other'] }, 'Input Topics cannot be altered'],
      ['an input spelled otherwise', { inputs: ['contract-in'] }, 'Input Topics cannot be altered'],
      ['another runtime', { runtime: 'PYTHON' }, 'Runtime cannot be altered'],
      ['retainOrdering', { retainOrdering: true }, 'Retain Ordering cannot be altered'],
      ['retainKeyOrdering', { retainKeyOrdering: true }, 'Retain Key Ordering cannot be altered'],
      ['autoAck', { autoAck: false }, 'AutoAck cannot be altered'],
      ['another subscription', { subName: 'other' }, 'Subscription Name cannot be altered'],
      ['an output schema', { outputSchemaType: 'STRING' }, 'Output Schema mismatch'],
    ])('refuses an update with %s', async (_case, config, reason) => {
      const ref = await created('function');
      expect(await session.functions().update(upsert(ref, config))).toMatchObject(refused(400, reason));
    });

    it('counts a number in userConfig as a change each time', async () => {
      const ref = await created('function', { userConfig: { n: 1 } });
      expect(await session.functions().update(upsert(ref, { userConfig: { n: 1 } }))).toMatchObject(DONE);
    });

    it('does not count a change inside inputSpecs alone, unless secrets are named too', async () => {
      const ref = await created('function');
      const config = { inputs: undefined, inputSpecs: { [IN]: { receiverQueueSize: 7 } } };
      const alone = await session.functions().update(upsert(ref, config));
      expect(alone).toMatchObject(refused(400, 'Update contains no change'));
      expect(await session.functions().update(upsert(ref, { ...config, secrets: {} }))).toMatchObject(DONE);
      expect((await session.functions().get(ref)).body).toMatchObject({
        inputSpecs: { [IN]: { receiverQueueSize: 7 } },
      });
    });

    it('ignores that an output is cleared', async () => {
      const ref = await created('function');
      const answer = await session.functions().update(upsert(ref, { output: '' }));
      expect(answer).toMatchObject(refused(400, 'Update contains no change'));
      expect((await session.functions().get(ref)).body).toMatchObject({ output: OUT });
    });

    it('takes a builtin package from the config only', async () => {
      const content = upsert(newRef('function'), { className: undefined });
      const answer = await session.functions().create({ ...content, url: 'builtin://no-such' });
      expect(answer).toMatchObject(
        refused(400, 'Function Package url is not valid.supported url (http/https/file)'),
      );
    });
  });

  it('lists nothing where there is no such namespace', async () => {
    const place = { type: 'function', tenant: 'public', namespace: 'no-such-namespace' } as const;
    expect(await session.functions().list(place)).toMatchObject({ status: 200, body: [] });
  });

  describe('a sink', () => {
    it('counts a change inside inputSpecs', async () => {
      const ref = await created('sink');
      const config = { inputs: undefined, inputSpecs: { [IN]: { receiverQueueSize: 7 } } };
      expect(await session.functions().update(upsert(ref, config))).toMatchObject(DONE);
    });

    it('is not created without an input', async () => {
      const answer = await session.functions().create(withPackage(upsert(newRef('sink'), { inputs: [] })));
      expect(answer.status).toBe(400);
      expect(answer.reason).toContain('Must specify at least one topic of input');
    });
  });
}
