/**
 * Part of `npm run test:fuzz`: random requests to the door for Pulsar Beam's scripts, as bytes on connections, at two whole
 * services on embedded engines. No answer may begin with 5 or be none of ours, none may show a token, nothing may be
 * thrown, no place at the door may stay taken, and memory may not grow. Exit code 1 otherwise, with the requests.
 *
 *   --inputs 100000 --seed N
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { beamInput, type BeamInput } from '../support/fuzz-beam-inputs.js';
import { startFuzzServices, type FuzzServices } from '../support/fuzz-beam-services.js';
import { createTally, heldBytes, judgeMemory, prototypes, WARM_UP } from '../support/fuzz-report.js';
import { askRaw, type RawAnswer } from '../support/raw-request.js';
import { openStream } from '../support/sse-client.js';

/** Requests that are under way at once. */
const TOGETHER = 64;
const LIMIT_MS = 20_000;
/** A request that may not be whole says so after this long. */
const ENDS_AFTER_MS = 100;
/** Streams of one caller that the door takes at once. */
const PLACES = 20;
/** Words for which Pulsar Beam has no JSON. */
const WORDS = ['Unauthorized', 'Too many requests'];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
  process.stdout.write(`seed ${seed}, ${inputs} requests to the door of Pulsar Beam's scripts\n`);
  const before = prototypes();
  const services = await startFuzzServices();
  const thrown: unknown[] = [];
  process.on('unhandledRejection', (error) => thrown.push(error));
  process.on('uncaughtException', (error) => thrown.push(error));
  const tally = createTally();
  let done = 0;
  let memory = 0;

  const one = async (input: BeamInput): Promise<void> => {
    done += 1;
    const answer = await ask(services, input, done);
    tally.add(`${wayOf(input.path)} ${answer.status ?? (answer.endedBy === 'us' ? 'left' : 'cut')}`);
    const fault = faultOf(input, answer, services.secrets);
    if (fault === undefined) return;
    const wire = await services.wire(input);
    throw new Error(`${fault}\n${shown(wire.toString('latin1'))}\n→ ${answer.head}\n\n${shown(answer.body)}`);
  };
  const several = async (some: readonly BeamInput[]): Promise<void> => {
    const first = done;
    await Promise.all(some.map(one));
    if (thrown.length > 0)
      throw new Error(`thrown where nobody waits: ${String((thrown[0] as Error).stack)}`);
    if (prototypes() !== before) throw new Error('a prototype was changed');
    const warm = inputs * WARM_UP;
    if (first < warm && done >= warm) memory = await heldBytes();
  };

  const result = await fc.check(
    fc.asyncProperty(fc.array(beamInput, { minLength: TOGETHER, maxLength: TOGETHER }), several),
    { numRuns: Math.ceil(inputs / TOGETHER), seed, endOnFailure: true },
  );
  tally.print();
  if (result.failed) {
    process.stdout.write(`${String(result.errorInstance)}\n`);
    return 1;
  }
  const grown = !judgeMemory(memory, await heldBytes());
  const free = await placesFree(services);
  process.stdout.write(`places at the door that are free again: ${free} of ${PLACES}\n`);
  await services.stop();
  return grown || free < PLACES ? 1 : 0;
}

async function ask(services: FuzzServices, input: BeamInput, number: number): Promise<RawAnswer> {
  const service = input.asked ? services.asking : services.open;
  return askRaw({
    port: Number(new URL(service.url).port),
    // Who sends wrong tokens is soon shut out by his address: most come from elsewhere each time.
    from: number % 4 === 0 ? '127.0.0.1' : `127.1.${(number >> 8) & 255}.${number & 255 || 1}`,
    bytes: await services.wire(input),
    leavesAfterMs: input.leavesAfterMs,
    endsAfterMs: isWhole(input) ? undefined : ENDS_AFTER_MS,
    limitMs: LIMIT_MS,
  });
}

/** Whether its answer is to be waited for. */
function isWhole({ damage, framing, headers, method, body }: BeamInput): boolean {
  const odd = headers.some(
    ([name, value]) => /^(Transfer-Encoding|Expect|Upgrade|Connection)$/.test(name) || /[\r\n]/.test(value),
  );
  return (
    damage === undefined &&
    !odd &&
    /^[A-Z]+$/.test(method) &&
    (framing === 'length' || framing === 'chunks' || (body.length === 0 && framing === 'none'))
  );
}

/** What is wrong with an answer. */
function faultOf(input: BeamInput, answer: RawAnswer, secrets: readonly string[]): string | undefined {
  const { status, head, body, endedBy } = answer;
  if (endedBy === 'time') return `no end within ${LIMIT_MS} ms`;
  if (status === undefined)
    return endedBy === 'service' && isWhole(input) ? 'cut without an answer' : undefined;
  if (status >= 500) return `status ${status}`;
  if (!answer.isFramed) return 'something between the chunks of the answer';
  if (/^x-injected:/im.test(head)) return 'a header that was smuggled in';
  if (secrets.some((secret) => head.includes(secret) || (status >= 400 && body.includes(secret))))
    return 'a token in the answer';
  if (endedBy === 'us' || status < 400 || input.method === 'HEAD') return undefined;
  return isTold(body) ? undefined : 'an answer without a reason';
}

/** A refusal says why, in the words of Pulsar Beam or as a problem. */
function isTold(body: string): boolean {
  if (WORDS.includes(body)) return true;
  try {
    const { error, title } = JSON.parse(body) as { error?: unknown; title?: unknown };
    return typeof (error ?? title) === 'string';
  } catch {
    return false;
  }
}

/** Streams that one caller gets when all others have gone. */
async function placesFree({ asking, tokens }: FuzzServices): Promise<number> {
  const port = Number(new URL(asking.url).port);
  const headers = { authorization: `Bearer ${tokens.operator ?? ''}` };
  const streams = [];
  for (let at = 0; at < PLACES; at += 1)
    streams.push(await openStream(port, { path: '/v2/sse/p/ops/stageline/journal', headers }));
  const free = streams.filter(({ status }) => status === 200).length;
  for (const stream of streams) stream.close();
  return free;
}

const wayOf = (path: string): string =>
  /^\/v[12]\/(?:firehose|sse|poll|topic)/.exec(path)?.[0] ?? 'elsewhere';
const shown = (text: string): string => text.slice(0, 2_000);

void main().then((code) => process.exit(code));
