import { functionConfig } from './configs.js';
import type { Ask, Staging } from './model-asks.js';

/** The command that asks for it. */
export function commandOf(ask: Exclude<Ask, { kind: 'published' }>): { command: string; params: object } {
  switch (ask.kind) {
    case 'stage': {
      const { set: stageSet, configs, remove } = ask;
      return { command: 'stage-configs', params: { stageSet, configs: configs.map(configOf), remove } };
    }
    case 'un-stage': {
      const { kind: _kind, set: stageSet, ...rest } = ask;
      return { command: 'un-stage', params: { stageSet, ...rest } };
    }
    case 'merge': {
      const { kind: _kind, ...params } = ask;
      return { command: 'merge-stage-sets', params };
    }
    case 'commit': {
      const { kind: _kind, environment: to, set: stageSet, ...rest } = ask;
      return { command: `commit-staged-to-${to}`, params: { stageSet, ...rest } };
    }
    case 'rollback': {
      const { kind: _kind, ...params } = ask;
      return { command: 'rollback', params };
    }
    case 'record': {
      const { environment: at, release, results } = ask;
      const told = results.map(({ name: of, outcome, sent }) => ({
        ...{ function: of, outcome },
        ...(sent === undefined ? {} : { packageSha256: sent }),
      }));
      return { command: 'record-deployment', params: { environment: at, release, results: told } };
    }
    case 'environments': {
      const settings = ask.environments.map(({ name: of, target }) =>
        target === 'sandbox' ? { name: of } : { name: of, adminUrl: target },
      );
      return { command: 'set-environments', params: { environments: settings } };
    }
    case 'release-effects':
    case 'skip-effects': {
      const { kind, environment: at, release } = ask;
      const reason = kind === 'skip-effects' ? { reason: 'not wanted' } : {};
      return { command: kind, params: { environment: at, release, ...reason } };
    }
    case 'cancel': {
      const { environment: at, release } = ask;
      return {
        command: 'cancel-deployment',
        params: { environment: at, release, reason: 'not wanted' },
      };
    }
    case 'resume': {
      const { environment: at, release } = ask;
      return { command: 'resume-deployment', params: { environment: at, release } };
    }
    case 'retry': {
      const { environment: at, release, includeCancelled } = ask;
      return { command: 'retry-deployment', params: { environment: at, release, includeCancelled } };
    }
  }
}

function configOf({ name: of, content, workload, patches }: Staging): Record<string, unknown> {
  const short = of.split('/')[2] ?? '';
  const parallelism = Number(/@(\d+)/.exec(content)?.[1]);
  const environmentsOf = Object.fromEntries(patches.map((patched) => [patched, { parallelism: 9 }]));
  const config = functionConfig(short, { parallelism, environments: environmentsOf });
  // It writes what the others read: they are deployed before it.
  if (workload === 'function') return short === 'constructor' ? { ...config, output: 'orders' } : config;
  const { inputs: _inputs, ...rest } = config;
  return { ...rest, type: 'source', artifactPathOrUrl: 'packages/source.nar', topicName: 'out' };
}
