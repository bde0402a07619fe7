import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { getAuditLog } from '../../../src/commands/get-audit-log.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import type { AuditPage } from '../../../src/core/audit-page.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import type { GetAuditLogParams } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, worldOf, type Step } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';

const { given } = scenario(getAuditLog);
const pricing = { project: 'pricing' };

/** A command that is refused. */
const refused: Step = async (world) => {
  const { status } = await world.send(commitStagedTo('prod') as unknown as AnyCommand, {});
  expect(status).toBe('rejected');
};

/** Position 1 sets the environments; what follows begins at 2. */
const history: readonly Step[] = [
  sent(stageConfigs, { configs: [functionConfig('a')] }),
  sent(stageConfigs, { configs: [functionConfig('p')] }, pricing),
  sent(commitStagedTo('test'), {}),
  sent(noteEffectsPublished, { topic: TOPIC, through: 1 }, { via: 'internal', project: 'stageline' }),
  refused,
  deployed('test', 1),
];

const page = async (params: GetAuditLogParams, options: object = {}): Promise<AuditPage> => {
  const { result } = await given(...history)
    .when(params, options)
    .thenAccepted();
  return result as unknown as AuditPage;
};
const positions = ({ entries }: AuditPage): number[] => entries.map(({ position }) => position);

describe('get-audit-log', () => {
  it("reads the project's records, the newest first, refused ones with the reason", async () => {
    const read = await page({});
    expect(positions(read)).toEqual([7, 6, 4, 2, 1]);
    expect(read).toMatchObject({ position: 7 });
    expect(read).not.toHaveProperty('cursor');
    expect(read.entries[1]).toEqual({
      position: 6,
      time: '2026-01-01T00:00:06.000Z',
      id: '00000000-0000-7000-8000-000000000006',
      command: 'commit-staged-to-prod',
      project: 'default',
      actor: 'alice',
      via: 'commands',
      outcome: 'rejected',
      code: 'NOT_PROVEN_IN_TEST',
      reason: expect.stringContaining(fn('a')) as unknown,
      events: [],
      entities: [],
    });
    expect(read.entries[0]).toMatchObject({ via: 'results', events: ['deployment-recorded'] });
  });

  it('is a query and leaves no record; neither does a dry run', async () => {
    expect(getAuditLog.kind).toBe('query');
    const { world } = await given(...history)
      .when({})
      .thenAccepted();
    expect(world.records.at(-1)?.command.command).toBe('record-deployment');
    const dry: Step = async (of) => {
      await of.send(unStage as unknown as AnyCommand, { all: true }, { dryRun: true });
    };
    const { result } = await given(...history, dry)
      .when({})
      .thenAccepted();
    expect(positions(result as unknown as AuditPage)).toEqual([7, 6, 4, 2, 1]);
  });

  it.each<[GetAuditLogParams, number[]]>([
    [{ order: 'oldest' }, [1, 2, 4, 6, 7]],
    [{ allProjects: true }, [7, 6, 5, 4, 3, 2, 1]],
    [{ allProjects: true, command: 'note-effects-published' }, [5]],
    [{ command: 'note-effects-published' }, []],
    [{ actor: 'alice', command: 'stage-configs' }, [2]],
    [{ actor: 'bob' }, []],
    [{ outcome: 'rejected' }, [6]],
    [{ code: 'NOT_PROVEN_IN_TEST' }, [6]],
    [{ entity: fn('a') }, [7, 4, 2]],
    [{ entity: `function:${fn('a')}` }, [7, 4, 2]],
    [{ entity: 'release:default:test:1' }, [7, 4]],
    [{ entity: 'environment:prod' }, [1]],
    [{ entity: 'stage-set:default:main' }, [2]],
    [{ since: '2026-01-01T00:00:04Z' }, [7, 6, 4]],
    [{ until: '2026-01-01T01:00:04+01:00' }, [2, 1]],
    [{ after: 2, before: 7 }, [6, 4]],
  ])('answers %j', async (params, expected) => {
    expect(positions(await page(params))).toEqual(expected);
  });

  it("reads another project's, and not the writer's own for one of its name", async () => {
    expect(positions(await page({}, pricing))).toEqual([3]);
    expect(positions(await page({}, { project: 'stageline' }))).toEqual([]);
  });

  it('goes on with its cursor', async () => {
    const environments = sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] });
    const world = await worldOf([environments, ...history]);
    const read: number[] = [];
    let cursor: string | undefined;
    do {
      const params = { limit: 2, allProjects: true, ...(cursor === undefined ? {} : { cursor }) };
      const { result, faults } = await world.send(getAuditLog as unknown as AnyCommand, params);
      expect(faults).toEqual([]);
      const one = result as unknown as AuditPage;
      expect(one.entries.length).toBeLessThanOrEqual(2);
      read.push(...positions(one));
      cursor = one.cursor;
      // What comes meanwhile is not part of it.
      await world.send(unStage as unknown as AnyCommand, { all: true });
    } while (cursor !== undefined);
    expect(read).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it.each([
    [{ entity: 'enrich' }, '/params/entity', 'INVALID_COMMAND'],
    [{ since: 'yesterday' }, '/params/since', 'INVALID_COMMAND'],
    [{ until: '2026-12-31T23:59:60Z' }, '/params/until', 'INVALID_COMMAND'],
    [{ cursor: 'x' }, '/params/cursor', 'INVALID_COMMAND'],
    [{ limit: 1_001 }, '/params/limit', 'INVALID_COMMAND'],
    [{ outcome: 'good' } as unknown as GetAuditLogParams, '/params/outcome', 'INVALID_COMMAND'],
    [{ project: 'x' } as unknown as GetAuditLogParams, '/params/project', 'UNKNOWN_FIELD'],
  ])('refuses %j', async (params, pointer, code) => {
    await given()
      .when(params)
      .thenInvalid({ [pointer]: code });
  });
});
