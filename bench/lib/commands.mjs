import { randomUUID } from 'node:crypto';

export const PROJECT = 'bench';
const COMMAND_BYTES = 1_024;
const WORDS = 'a stream of orders is enriched with what is known of its customer and goes on to the shop ';

const two = (number) => String(number).padStart(2, '0');

/** A number of a fixed sequence: runs differ in nothing. */
export function pseudoRandom(seed = 1) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A function's config as people write it; `revision` makes its content another. */
export function configOf(name, revision, padding = '') {
  return {
    type: 'function',
    artifactPathOrUrl: '/srv/artifacts/enrich-orders.py',
    tenant: 'public',
    namespace: 'bench',
    name,
    className: 'enrich.Enrich',
    inputs: [`persistent://public/bench/${name}-orders`],
    output: `persistent://public/bench/${name}-enriched`,
    logTopic: 'persistent://public/bench/log',
    parallelism: 2,
    resources: { cpu: 0.5, ram: 268_435_456, disk: 1_073_741_824 },
    userConfig: { revision, description: padding },
  };
}

/** A stage-configs command of 1 KB of JSON that changes one function's config in one stage set. */
export function stageCommand({ set, name, revision, id = randomUUID() }) {
  const build = (padding) => ({
    id,
    command: 'stage-configs',
    project: PROJECT,
    params: { stageSet: set, configs: [configOf(name, revision, padding)] },
  });
  const short = COMMAND_BYTES - Buffer.byteLength(JSON.stringify(build('')));
  const command = build(
    WORDS.repeat(Math.ceil(Math.max(0, short) / WORDS.length)).slice(0, Math.max(0, short)),
  );
  return { id, key: PROJECT, command };
}

/**
 * Makes commands, one after another: `sets` stage sets of `functions` functions each, every command with a content that
 * was not there before. In turn, so that no two in flight are on one set; or at random.
 */
export function commandSource({ sets = 100, functions = 10, order = 'in turn', seed = 1, from = 0 } = {}) {
  const random = pseudoRandom(seed);
  let count = from;
  return () => {
    const set = order === 'random' ? random(sets) : count % sets;
    const index = order === 'random' ? random(functions) : Math.floor(count / sets) % functions;
    count += 1;
    return stageCommand({ set: `set-${two(set)}`, name: `f-${two(set)}-${two(index)}`, revision: count });
  };
}

/** A command as a message on the bus. The property lets an echo answer without reading the payload. */
export function messageOf({ id, key, command }) {
  return { key, payload: Buffer.from(JSON.stringify(command)), properties: { id } };
}
