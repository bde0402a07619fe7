import { addEnvironments } from '../../src/commands/internal/add-environments.js';
import { DEFAULT_SECRET_RULES } from '../../src/core/secret-rules.js';
import { noteEffectsPublished } from '../../src/commands/internal/note-effects-published.js';
import { targetOf } from '../../src/core/environments.js';
import { encodeRecord } from '../../src/core/journal.js';
import type { Actor, JournalRecord } from '../../src/core/types.js';
import { writeBackup } from '../../src/history/backup.js';
import type { Incoming } from '../../src/processor/inbox.js';
import { ownCommand } from '../../src/processor/own-command.js';
import { fn, functionConfig } from './configs.js';
import { arrived, createDecidedWorld, type Decided } from './decided-world.js';
import { recordsSource } from './records-source.js';
import { makeGates } from './sample-gates.js';
import { makeTasks } from './sample-tasks.js';
import { makeWaves } from './sample-waves.js';
import { TOPIC } from './world.js';
import { EVERY_WEBHOOK } from './every-webhook.js';

/** Small, so that a command that is too large for it stays small. A rehearsal of the sample needs the same. */
export const SAMPLE_LIMITS = {
  maxBytes: 300 * 1024,
  maxDepth: 32,
  maxRecordBytes: 12 * 1024,
  maxConfigs: 1_000,
  secretRules: DEFAULT_SECRET_RULES,
  webhooks: EVERY_WEBHOOK,
  namespaces: {},
} as const;

const ALICE: Actor = { name: 'alice', roles: ['viewer', 'developer', 'approver'] };
const OPS: Actor = { name: 'ops', roles: ['operator', 'approver', 'developer'] };
const ADMIN: Actor = { name: 'root', roles: ['admin'] };
const DEPLOYER: Actor = { name: 'deployer', roles: ['service'] };
const VISITOR: Actor = { name: 'visitor', roles: ['viewer'] };

const SHA = 'ab'.repeat(32);
const OTHER_SHA = 'cd'.repeat(32);
const uuid = (number: number): string => `019b7638-7a00-7000-8000-${String(number).padStart(12, '0')}`;

interface Asking {
  readonly actor?: Actor;
  /** As on the topic; undefined: the sender names none. */
  readonly project?: string;
  readonly id?: string;
  readonly more?: object;
}

/** A command, its parameters, what it has to come to (ok, unless something else is said), and who asks. */
type Sending = [command: string, params: object, expected?: Expected, asking?: Asking];

/** What a command has to come to: a status, or the code of a refusal. */
type Expected = 'ok' | 'failed' | (string & {});

/**
 * A journal in which everything happens that can: made by the deciding half of the processor out of commands as they come
 * in. The same code makes the same bytes.
 */
export async function makeSampleJournal(): Promise<readonly JournalRecord[]> {
  let actor = ALICE;
  let ticks = Date.UTC(2026, 0, 1, 8);
  let [owned, asked] = [0, 0];
  const world = await createDecidedWorld({
    now: () => (ticks += 1_250),
    uuid: () => uuid((owned += 1)),
    whoAsks: () => actor,
    limits: SAMPLE_LIMITS,
  });

  const check = (what: string, expected: Expected, { status, code, record }: Decided): void => {
    if (status !== expected && code !== expected)
      throw new Error(
        `${what} came to ${status} ${code ?? ''}, not to ${expected}: ${JSON.stringify(record?.error)}`,
      );
  };
  const send = async (
    ...[command, params, expected = 'ok', { actor: who = ALICE, project, id, more } = {}]: Sending
  ): Promise<void> => {
    actor = who;
    const named = project === undefined ? {} : { project };
    const body = { id: id ?? uuid(1_000 + (asked += 1)), command, ...named, params, ...more };
    const via = who === DEPLOYER ? 'results' : 'commands';
    check(command, expected, await world.decide(arrived(JSON.stringify(body), via)));
  };
  const stage = (configs: object[], more: object = {}, expected: Expected = 'ok'): Promise<void> =>
    send('stage-configs', { configs, ...more }, expected);
  const report = (environment: string, release: number, results: object[]): Promise<void> =>
    send('record-deployment', { environment, release, results }, 'ok', { actor: DEPLOYER });
  const own = async (incoming: Incoming): Promise<void> =>
    check('an own command', 'ok', await world.decide(incoming));
  const published = (through: number): Promise<void> =>
    own(ownCommand(noteEffectsPublished, { topic: TOPIC, through }));
  const deployed = (name: string, more: object = {}): object => ({
    function: fn(name),
    outcome: 'deployed',
    answer: { status: 204 },
    packageSha256: SHA,
    ...more,
  });

  // The environments, by the writer itself.
  const test = { name: 'test', adminUrl: 'https://pulsar-test.example.com' };
  const environments = [test, { name: 'prod', adminUrl: 'https://pulsar.example.com' }];
  await own(
    ownCommand(addEnvironments, {
      environments: environments.map((setting) => ({ name: setting.name, target: targetOf(setting) })),
    }),
  );

  // Staging: every kind of workload, patches, references to secrets, literals refused (without a record).
  await stage([
    functionConfig('enrich', { parallelism: 2, environments: { prod: { parallelism: 8 } } }),
    functionConfig('clean', {
      userConfig: { apiKey: { $secret: 'clean-api-key' }, greeting: 'grüß Gott 👋' },
    }),
    functionConfig('constructor'),
  ]);
  await stage([functionConfig('clean', { userConfig: { apiKey: 'hunter2-hunter2' } })], {}, 'SECRET_LITERAL');
  await stage(
    [
      {
        type: 'source',
        tenant: 'public',
        namespace: 'default',
        name: 'orders-in',
        artifactPathOrUrl: 'packages/orders.nar',
        className: 'org.example.Orders',
        topicName: 'orders',
      },
      {
        type: 'sink',
        tenant: 'public',
        namespace: 'default',
        name: 'orders-out',
        artifactPathOrUrl: 'packages/orders.nar',
        className: 'org.example.OrdersSink',
        inputs: ['orders-enriched'],
      },
    ],
    { note: 'connectors' },
  );
  await stage([functionConfig('clean', { parallelism: 3 })], { stageSet: 'other' });
  await stage([functionConfig('extra')], { stageSet: 'other' });
  await send('merge-stage-sets', { from: ['other'], into: 'main' }, 'MERGE_CONFLICT');
  await send('merge-stage-sets', { from: ['other'], into: 'main', onConflict: 'ours' });
  await send('un-stage', { names: [fn('extra')] });
  await send('un-stage', { stageSet: 'nowhere', all: true }, 'UNKNOWN_STAGE_SET');
  await send('stage-configs', { configs: [functionConfig('enrich')] }, 'OTHER_PROJECT', {
    project: 'pricing',
  });
  await send('stage-configs', { configs: [functionConfig('quote')], note: 'ours' }, 'ok', {
    project: 'pricing',
  });
  await send('get-all-data', {});
  await send('commit-staged-to-test', {}, 'ok', { more: { dryRun: true } });

  // The first release, with every way to end.
  await send('commit-staged-to-prod', {}, 'NOT_PROVEN_IN_TEST');
  await send('commit-staged-to-test', {}, 'DENIED', { actor: VISITOR });
  await send('commit-staged-to-test', { note: 'first' });
  await published(2);
  await report('test', 1, [deployed('clean'), deployed('constructor', { outcome: 'unchanged' })]);
  await report('test', 1, [
    { function: fn('enrich'), outcome: 'failed', answer: { status: 400, reason: 'no such class' } },
    deployed('orders-out'),
  ]);
  // Its second wave: what writes the topic that others read.
  await published(5);
  await report('test', 1, [deployed('orders-in')]);
  await send('commit-staged-to-prod', { names: [fn('clean')] }, 'EXPECTATION_FAILED', {
    more: { expect: { [`function:${fn('clean')}`]: 1 } },
  });
  const { position } = world.versions.get(`function:${fn('clean')}`) ?? { position: 0 };
  await send('un-stage', { names: [fn('orders-out')] }, 'ok', {
    more: { expect: { [`function:${fn('clean')}`]: position } },
  });

  // Again, and overtaken by a newer one before it ended.
  await stage([functionConfig('enrich', { className: 'enrich.Better' })]);
  await send('commit-staged-to-test', { names: [fn('enrich')] });
  await stage([functionConfig('enrich', { className: 'enrich.Best' })]);
  await send('commit-staged-to-test', { names: [fn('enrich')] });
  await report('test', 2, [{ function: fn('enrich'), outcome: 'superseded' }]);
  await report('test', 3, [deployed('enrich')]);
  await published(7);

  // To prod: what is deployed everywhere leaves the stage set.
  await send('commit-staged-to-prod', {}, 'ok', { actor: OPS });
  await report(
    'prod',
    1,
    ['clean', 'constructor', 'enrich'].map((name) => deployed(name)),
  );
  await report('prod', 1, [deployed('orders-in')]);
  await published(11);

  // A deletion, and a change that is taken back.
  await send('stage-configs', { remove: [fn('constructor')], stageSet: 'cleanup' });
  await send('commit-staged-to-test', { stageSet: 'cleanup' });
  await report('test', 4, [{ function: fn('constructor'), outcome: 'deleted' }]);
  await stage([functionConfig('enrich', { className: 'enrich.Broken' })], { stageSet: 'hotfix' });
  await send('commit-staged-to-test', { stageSet: 'hotfix' });
  await report('test', 5, [deployed('enrich', { packageSha256: OTHER_SHA })]);
  await send('rollback', { environment: 'test', toRelease: 4 }, 'ok', { actor: OPS });
  await report('test', 6, [deployed('enrich')]);
  await send('commit-staged-to-test', { stageSet: 'hotfix', force: true }, 'HELD_AFTER_ROLLBACK', {
    actor: OPS,
  });
  await send('rollback', { environment: 'test', toRelease: 99 }, 'NO_EARLIER_RELEASE', { actor: OPS });
  await send('rollback', { environment: 'test', toRelease: 6 }, 'NOTHING_TO_ROLL_BACK', { actor: OPS });
  await published(14);

  // What is owed and not wanted, or wanted after all.
  await send('commit-staged-to-test', {}, 'ok', { project: 'pricing' });
  await send('skip-effects', { environment: 'test', release: 1, reason: 'nobody wants it' }, 'ok', {
    actor: OPS,
    project: 'pricing',
  });
  await send('skip-effects', { environment: 'test', release: 1, reason: 'again' }, 'UNKNOWN_RELEASE', {
    actor: OPS,
    project: 'pricing',
  });
  await send('commit-staged-to-test', { force: true }, 'ok', { project: 'pricing' });
  await send('release-effects', { environment: 'test', release: 2 }, 'ok', {
    actor: OPS,
    project: 'pricing',
  });
  await published(16);
  await send('record-deployment', { environment: 'test', release: 2, results: [deployed('quote')] }, 'ok', {
    actor: DEPLOYER,
    project: 'pricing',
  });

  await makeWaves({ send, report: (release, results) => report('test', release, results), ops: OPS });
  await makeTasks({ send, uuid, ops: OPS, deployer: DEPLOYER });

  await makeGates({
    ...{ send, uuid, ops: OPS, admin: ADMIN, deployer: DEPLOYER, environments },
    told: (id) => ({ ...world.versions.get(id)?.document }),
  });

  // A token for scripts, which takes nobody's place.
  const script = { name: 'nightly', roles: ['developer'], hash: '0f'.repeat(32) };
  await send('create-api-token', { ...script, expiresAt: '2026-03-01T00:00:00Z' }, 'ok', { actor: ADMIN });
  await send('revoke-api-token', { name: 'nightly', reason: 'not used any more' }, 'ok', { actor: ADMIN });

  // Replies are pushed to a board, and then no more.
  const topic = 'persistent://ops/stageline/replies';
  const board = { url: 'https://hooks.example.com/in', subscription: 'release-board', askedBy: 'alice' };
  await send('set-webhook-subscriptions', { topic, webhooks: [board], note: 'for the board' }, 'ok', {
    actor: OPS,
  });
  await send('delete-webhook-subscriptions', { topic, reason: 'it moved' }, 'ok', { actor: OPS });
  await send('set-webhook-subscriptions', { topic, webhooks: [board] }, 'ok', { actor: OPS });

  // Environments come, change and go.
  await send('set-environments', { environments: [test] }, 'ENVIRONMENT_IN_USE', { actor: ADMIN });
  await send('set-environments', { environments: [...environments, { name: 'canary' }] }, 'ok', {
    actor: ADMIN,
  });
  await send('set-environments', { environments }, 'ok', { actor: ADMIN });

  // A rebuild, an id that was used, one that was not since its command failed, and too large a command.
  await send('switch-documents', { database: 'documents-0a1b2c3d' }, 'ok', {
    actor: OPS,
    project: 'stageline',
  });
  const id = uuid(9_001);
  await send('un-stage', { names: [fn('nothing')] }, 'UNKNOWN_NAME', { id });
  await send('un-stage', { stageSet: 'hotfix', all: true }, 'ID_REUSED', { id });
  const later = uuid(9_002);
  const large = functionConfig('large', { userConfig: { text: 'long '.repeat(1_300) } });
  await send('stage-configs', { configs: [large] }, 'failed', { id: later });
  await send('stage-configs', { configs: [functionConfig('large')] }, 'ok', {
    id: later,
    project: 'default',
    more: { issuedAt: '2026-01-01T08:05:00.000Z' },
  });

  for (const [index, line] of world.lines.entries()) {
    const record = world.records[index];
    if (record === undefined || !encodeRecord(record).line.equals(line))
      throw new Error('a line is not its record');
  }
  return world.records;
}

/** The sample as a backup. */
export async function sampleBackup(): Promise<Buffer> {
  const parts: Buffer[] = [];
  const source = recordsSource(await makeSampleJournal());
  for await (const { bytes } of writeBackup(source, { madeAt: '2026-01-01T09:00:00.000Z' }))
    parts.push(bytes);
  return Buffer.concat(parts);
}
