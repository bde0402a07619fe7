/**
 * `npm run test:fuzz`: random messages at the entrances. Nothing may be thrown, nothing may end as an error inside, no
 * prototype may change, and memory may not grow. Exit code 1 otherwise, with the input that did it.
 *
 *   --inputs 100000 --seed N
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { arrived, createDecidedWorld, type DecidedWorld } from '../support/decided-world.js';
import { payload } from '../support/fuzz-inputs.js';

/** A world is given up after so many messages: what was accepted is kept in it. */
const WORLD = 2_000;
const WARM_UP = 0.2;
/** What memory may be at the end, of what it was after the first fifth. */
const MAX_GROWTH = 1.5;
const STATUSES = ['ok', 'rejected', 'invalid', 'denied', 'unreadable', 'failed'];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
  process.stdout.write(`seed ${seed}, ${inputs} messages to the command topic\n`);
  const before = prototypes();
  const counts = new Map<string, number>();
  let world: DecidedWorld | undefined;
  let done = 0;
  let memory = 0;

  const one = async (bytes: Buffer): Promise<void> => {
    if (done % WORLD === 0) world = await createDecidedWorld();
    done += 1;
    const { status, code } = await (world as DecidedWorld).decide(
      arrived(bytes, done % 5 === 0 ? 'results' : 'commands'),
    );
    const told = status === 'ok' ? status : `${status} ${code ?? ''}`.trim();
    counts.set(told, (counts.get(told) ?? 0) + 1);
    if (!STATUSES.includes(status)) throw new Error(`a status that is none: ${status}`);
    if (code === 'INTERNAL') throw new Error('an error inside');
    if (prototypes() !== before) throw new Error('a prototype was changed');
    if (done % 50 === 0) world?.endBatch();
    if (done === Math.floor(inputs * WARM_UP)) memory = heap();
  };

  const result = await fc.check(fc.asyncProperty(payload, one), {
    numRuns: inputs,
    seed,
    endOnFailure: true,
  });
  for (const [told, count] of [...counts].sort((a, b) => b[1] - a[1]))
    process.stdout.write(`${String(count).padStart(8)}  ${told}\n`);
  if (result.failed) {
    const [bytes] = result.counterexample ?? [];
    process.stdout.write(`${bytes?.toString() ?? ''}\n${String(result.errorInstance)}\n`);
    return 1;
  }
  const growth = heap() / memory;
  process.stdout.write(
    `memory: ${(memory / 1e6).toFixed(0)} MB after the first fifth, times ${growth.toFixed(2)} at the end\n`,
  );
  return growth > MAX_GROWTH ? 1 : 0;
}

/** Own names of the prototypes that everything has. */
function prototypes(): string {
  return [Object, Array, Function, String]
    .map(({ prototype }) => Object.getOwnPropertyNames(prototype).join())
    .join('|');
}

function heap(): number {
  global.gc?.();
  return process.memoryUsage().heapUsed;
}

void main().then((code) => process.exit(code));
