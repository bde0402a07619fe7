import { setEnvironments } from '../../src/commands/set-environments.js';
import { recordDeployment } from '../../src/commands/record-deployment.js';
import type { AnyCommand, CommandDefinition } from '../../src/core/decision.js';
import type { EnvironmentSetting, JournalEvent, Outcome as DeployOutcome } from '../../src/core/types.js';
import { deploymentPrefix } from '../../src/core/ids.js';
import { World, type Outcome, type SendOptions } from './world.js';

/** One thing that has happened: an event, or anything done to the world, such as an earlier command. */
export type Step = JournalEvent | Deed;
type Deed = (world: World) => Promise<void>;

/** An earlier command, which has to be accepted. */
export function sent<Params extends object, State>(
  command: CommandDefinition<Params, State>,
  params: Params,
  options: SendOptions = {},
): Deed {
  return async (world) => {
    const { status, problem, faults } = await world.send(command as unknown as AnyCommand, params, options);
    if (status !== 'ok') {
      throw new Error(`given ${command.name} was ${status}: ${JSON.stringify(problem ?? faults)}`);
    }
  };
}

export interface Deployed {
  /** @defaultValue deployed, or deleted for deletions */
  readonly outcome?: DeployOutcome;
  /** Only these functions. */
  readonly names?: readonly string[];
  readonly packageSha256?: string;
  readonly project?: string;
}

/** Deployers report on a release: on all of its waves, one after the other. */
export function deployed(
  environment: string,
  release: number,
  { outcome, names, packageSha256, project = 'default' }: Deployed = {},
): Deed {
  return async (world) => {
    const prefix = deploymentPrefix({ project, environment, release });
    const results = [...world.documents()].flatMap(([id, document]) =>
      id.startsWith(prefix) &&
      document.kind === 'deployment' &&
      (names === undefined || names.includes(document.function))
        ? [
            {
              function: document.function,
              outcome: outcome ?? (document.operation === 'delete' ? 'deleted' : 'deployed'),
              ...(packageSha256 === undefined || document.operation === 'delete' ? {} : { packageSha256 }),
            },
          ]
        : [],
    );
    const send = sent(recordDeployment, { environment, release, results }, { project, via: 'results' });
    const open = (): number =>
      results.filter(
        ({ function: name }) => world.document(prefix + name, 'deployment').state === 'committed',
      ).length;
    for (let before = Infinity; open() < before || before === Infinity;) {
      before = open();
      await send(world);
      if (open() === 0) break;
    }
  };
}

export interface ScenarioOptions extends SendOptions {
  /** In force at the beginning. @defaultValue test and prod, both the sandbox */
  readonly environments?: readonly EnvironmentSetting[];
}

/** Given what has happened, when the command comes, then this. */
export function scenario<Params extends object, State>(
  command: CommandDefinition<Params, State>,
  options: ScenarioOptions = {},
): { given: (...steps: readonly Step[]) => { when: (params: Params, options?: SendOptions) => Then } } {
  const { environments = [{ name: 'test' }, { name: 'prod' }], ...send } = options;
  const run = async (steps: readonly Step[], params: Params, more: SendOptions): Promise<Happened> => {
    const world = await worldOf([
      ...(environments.length === 0 ? [] : [sent(setEnvironments, { environments: [...environments] })]),
      ...steps,
    ]);
    const before = new Map(world.versions);
    const loadsBefore = world.loads;
    const outcome = await world.send(command as unknown as AnyCommand, params, {
      ...send,
      ...more,
    });
    return { ...outcome, world, before, loads: world.loads - loadsBefore };
  };
  return {
    given: (...steps) => ({ when: (params, more = {}) => new Then(run(steps, params, more)) }),
  };
}

/** A world in which these things have happened. */
export async function worldOf(steps: readonly Step[]): Promise<World> {
  const world = new World();
  for (const step of steps) {
    if (typeof step === 'function') await step(world);
    else world.put(step);
  }
  return world;
}

/** The outcome, with the world around it. */
export interface Happened extends Outcome {
  readonly world: World;
  /** Documents before the command. */
  readonly before: World['versions'];
  /** Calls of Load that the command needed. */
  readonly loads: number;
}

/** Expectations; each resolves with what happened, for more of them. */
export class Then {
  constructor(private readonly happened: Promise<Happened>) {}

  /** Accepted; no claim on events. */
  async thenAccepted(result?: Readonly<Record<string, unknown>>): Promise<Happened> {
    const happened = await this.happened;
    expect({ problem: happened.problem, faults: happened.faults }).toEqual({
      problem: undefined,
      faults: [],
    });
    if (result !== undefined) expect(happened.result).toMatchObject(result);
    return happened;
  }

  /** Accepted with events that have these facts (others may have more). */
  async thenEvents(events: readonly object[]): Promise<Happened> {
    const happened = await this.thenAccepted();
    expect(happened.events).toMatchObject(events);
    expect(happened.events).toHaveLength(events.length);
    return happened;
  }

  /** Refused with this code; with names, by an item for each of them. */
  async thenRejects(code: string, names?: readonly string[]): Promise<Happened> {
    const happened = await this.happened;
    expect({ status: happened.status, code: happened.problem?.code, faults: happened.faults }).toEqual({
      status: 'rejected',
      code,
      faults: [],
    });
    if (names !== undefined) {
      expect(happened.problem?.errors?.filter((item) => item.code === code).map(({ name }) => name)).toEqual(
        names,
      );
    }
    expectUnchanged(happened);
    return happened;
  }

  /** Invalid, with faults at exactly these pointers. */
  async thenInvalid(faults: Readonly<Record<string, string>>): Promise<Happened> {
    const happened = await this.happened;
    expect(Object.fromEntries(happened.faults.map(({ pointer, code }) => [pointer, code]))).toEqual(faults);
    expect(happened.status).toBe('invalid');
    expectUnchanged(happened);
    return happened;
  }

  /** Accepted, and these documents have these facts; `undefined`: there is none. */
  async thenDocuments(documents: Readonly<Record<string, object | undefined>>): Promise<Happened> {
    const happened = await this.thenAccepted();
    for (const [id, expected] of Object.entries(documents)) {
      const document = happened.documents.get(id);
      if (expected === undefined) expect([id, document]).toEqual([id, undefined]);
      else expect([id, document]).toMatchObject([id, expected]);
    }
    return happened;
  }
}

/** A refusal leaves its audit and its answer, nothing else. */
function expectUnchanged({ world, before }: Happened): void {
  const changed = [...world.versions].filter(([id, version]) => before.get(id) !== version);
  expect(
    changed.map(([id]) => id.split(':')[0]).filter((kind) => kind !== 'audit' && kind !== 'answered'),
  ).toEqual([]);
}
