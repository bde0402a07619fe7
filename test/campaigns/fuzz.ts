/**
 * Part of `npm run test:fuzz`: random messages to the command topic. Nothing may be thrown, nothing may end as an error
 * inside, no prototype may change, and memory may not grow. Exit code 1 otherwise, with the input that did it.
 *
 *   --inputs 100000 --seed N
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { arrived, createDecidedWorld, type DecidedWorld } from '../support/decided-world.js';
import { payload } from '../support/fuzz-inputs.js';
import { createTally, heldBytes, judgeMemory, prototypes, WARM_UP } from '../support/fuzz-report.js';

/** A world is given up after so many messages: what was accepted is kept in it. */
const WORLD = 2_000;
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
  const tally = createTally();
  let world: DecidedWorld | undefined;
  let done = 0;
  let memory = 0;

  const one = async (bytes: Buffer): Promise<void> => {
    if (done % WORLD === 0) world = await createDecidedWorld();
    done += 1;
    const { status, code } = await (world as DecidedWorld).decide(
      arrived(bytes, done % 5 === 0 ? 'results' : 'commands'),
    );
    tally.add(status === 'ok' ? status : `${status} ${code ?? ''}`.trim());
    if (!STATUSES.includes(status)) throw new Error(`a status that is none: ${status}`);
    if (code === 'INTERNAL') throw new Error('an error inside');
    if (prototypes() !== before) throw new Error('a prototype was changed');
    if (done % 50 === 0) world?.endBatch();
    if (done === Math.floor(inputs * WARM_UP)) memory = await heldBytes();
  };

  const result = await fc.check(fc.asyncProperty(payload, one), {
    numRuns: inputs,
    seed,
    endOnFailure: true,
  });
  tally.print();
  if (result.failed) {
    const [bytes] = result.counterexample ?? [];
    process.stdout.write(`${bytes?.toString() ?? ''}\n${String(result.errorInstance)}\n`);
    return 1;
  }
  return judgeMemory(memory, await heldBytes()) ? 0 : 1;
}

void main().then((code) => process.exit(code));
