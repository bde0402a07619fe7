import type { AnyCommand, CommandDefinition, Meta } from '../../src/core/decision.js';
import { DEFAULT_SECRET_RULES } from '../../src/core/secret-rules.js';
import type { ProblemItem } from '../../src/core/types.js';
import { validator } from '../../src/core/validate.js';
import { createHistory } from '../../src/history/history.js';
import { recordsSource } from './records-source.js';
import { TOPIC, type World } from './world.js';
import { EVERY_WEBHOOK } from './every-webhook.js';

/** Asks for the past of a world, as the processor does. */
export interface PastAsker {
  /** One page, or what is wrong with the question. */
  page(
    params: object,
  ): Promise<{ faults: readonly ProblemItem[]; result: Readonly<Record<string, unknown>> }>;
  /** All pages. */
  pages(params: object): Promise<Readonly<Record<string, unknown>>[]>;
}

export function askPast(
  world: World,
  { answer, check, schema }: CommandDefinition<never, undefined>,
  project = 'default',
): PastAsker {
  const history = createHistory({
    source: recordsSource(world.records),
    signal: new AbortController().signal,
  });
  const meta: Meta = {
    commandId: 'id',
    project,
    actor: { name: 'alice', roles: ['viewer'] },
    time: '2026-01-01T00:00:00.000Z',
    deploymentsTopic: TOPIC,
    position: world.position,
    maxConfigs: 1_000,
    secretRules: DEFAULT_SECRET_RULES,
    webhooks: EVERY_WEBHOOK,
    namespaces: {},
  };
  const page: PastAsker['page'] = async (params) => {
    const wrong = validator(schema)(params, '/params');
    const faults = wrong.length > 0 ? wrong : (check?.(params as never, meta) ?? []);
    if (faults.length > 0) return { faults, result: {} };
    return { faults, result: (await answer?.(history, params as never, meta)) ?? {} };
  };
  return {
    page,
    async pages(params) {
      const all: Readonly<Record<string, unknown>>[] = [];
      for (let cursor: unknown; ;) {
        const { faults, result } = await page({ ...params, ...(cursor === undefined ? {} : { cursor }) });
        if (faults.length > 0) throw new Error(JSON.stringify(faults));
        all.push(result);
        cursor = result['cursor'];
        if (cursor === undefined) return all;
      }
    },
  };
}

/** A command where its types do not matter. */
export function untyped(command: unknown): CommandDefinition<never, undefined> & AnyCommand {
  return command as CommandDefinition<never, undefined> & AnyCommand;
}
