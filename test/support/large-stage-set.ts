import { join } from 'node:path';
import { startTestService } from './service.js';

const FUNCTIONS = 5_000;
const PER_COMMAND = 100;

/** How long each step took, in milliseconds. */
export interface LargeRun {
  readonly staged: number;
  readonly committed: number;
  readonly deployed: number;
  readonly release: Record<string, unknown>;
  readonly set: Record<string, unknown> | undefined;
}

/** A stage set of 5,000 functions of 2 KB each, filled by many calls and committed at once to a sandbox. */
export async function largeStageSet(env: Readonly<Record<string, string>>): Promise<LargeRun> {
  const service = await startTestService(env);
  try {
    const begun = Date.now();
    for (let from = 0; from < FUNCTIONS; from += PER_COMMAND) {
      const configs = Array.from({ length: PER_COMMAND }, (_, index) => config(from + index));
      const reply = await service.send('stage-configs', { configs });
      if (reply.status !== 'ok') throw new Error(JSON.stringify(reply).slice(0, 1_000));
    }
    const staged = Date.now() - begun;
    const committing = Date.now();
    const reply = await service.send('commit-staged-to-test', {});
    if (reply.status !== 'ok') throw new Error(JSON.stringify(reply).slice(0, 1_000));
    const committed = Date.now() - committing;
    const deploying = Date.now();
    const release = await service.finished('release:default:test:00000001', 300_000);
    return {
      staged,
      committed,
      deployed: Date.now() - deploying,
      release,
      set: await service.read('stage-set:default:main'),
    };
  } finally {
    await service.stop();
  }
}

function config(index: number): object {
  return {
    type: 'function',
    artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
    tenant: 'public',
    namespace: 'default',
    name: `function-${String(index).padStart(5, '0')}`,
    className: 'enrich.Enrich',
    inputs: [`persistent://public/default/orders-${index}`],
    output: `persistent://public/default/orders-enriched-${index}`,
    userConfig: { index, text: 'x'.repeat(1_600) },
  };
}
