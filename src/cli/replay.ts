import type { Command } from 'commander';
import type { Config } from '../config.js';
import { isAborted, pause } from '../core/pause.js';
import type { Producer } from '../ports/bus.js';
import type { Context } from './context.js';
import { openConfiguredEngines } from './engines.js';
import { EXIT, Exit } from './exit.js';
import type { LinesWanted } from './journal-lines.js';
import { engineJournal, openJournal, type JournalLine, type OpenJournal } from './open-journal.js';
import { createProgress } from './progress.js';
import { counted } from './table.js';

/** Messages sent and not stored yet at most. */
const MAX_IN_FLIGHT = 100;
/** Bytes gathered for one write to standard output. */
const WRITE_BYTES = 256 * 1024;
const NEWLINE = Buffer.from('\n');

export interface ReplayOptions extends LinesWanted {
  readonly command: Command;
  readonly context: Context;
  /** With a topic: the engines that it is on. */
  readonly config: Config | undefined;
  /** Where to; standard output without it. */
  readonly topic: string | undefined;
  readonly offline: true | undefined;
  /** Records a second at most. */
  readonly perSecond: number | undefined;
}

/** Takes records to where they go. */
interface Sink {
  put(line: JournalLine): Promise<void>;
  /** Nothing comes for a moment. */
  idle(): Promise<void>;
  /** Resolves when all is there. */
  flush(): Promise<void>;
  /** The last position that is known to be there, with all before it; undefined before the first. */
  done(): number | undefined;
}

/** Sends records on their way, and says how far they got: a replay that was stopped goes on behind that. */
export async function replayTo(options: ReplayOptions): Promise<void> {
  const { command, context, config, topic, offline } = options;
  if (config === undefined || topic === undefined) {
    const journal = await openJournal(command, context, offline === undefined ? {} : { offline });
    await run(journal, stdoutSink(context), options);
    return;
  }
  const engines = await openConfiguredEngines(config, { say: context.err });
  const journal = engineJournal(engines);
  const producer = await engines.bus.openProducer(topic, {}).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  try {
    await run({ ...journal, close: async () => undefined }, topicSink(producer), options);
  } finally {
    await producer.close();
    await journal.close();
  }
}

async function run(journal: OpenJournal, sink: Sink, options: ReplayOptions): Promise<void> {
  const { context, perSecond, from = 1, to } = options;
  const signal = context.stop();
  const progress = createProgress(context.err, 'replay:');
  const begun = Date.now();
  let count = 0;
  const goOn = (): string => `replay: stopped; go on with --from ${(sink.done() ?? from - 1) + 1}`;
  try {
    for await (const line of journal.lines({ from, to })) {
      const early = perSecond === undefined ? 0 : begun + (count * 1_000) / perSecond - Date.now();
      if (early > 0) {
        await sink.idle();
        await pause(early, signal);
      }
      if (isAborted(signal)) break;
      await sink.put(line);
      count += 1;
      progress(line.position, to);
    }
    await sink.flush();
  } catch (error) {
    context.err(goOn());
    throw error;
  } finally {
    await journal.close();
  }
  if (isAborted(signal)) throw new Exit(EXIT.failed, goOn());
  context.err(`${counted(count, 'record')} replayed, up to position ${sink.done() ?? from - 1}`);
}

function stdoutSink({ write }: Context): Sink {
  let gathered: Buffer[] = [];
  let bytes = 0;
  let last: number | undefined;
  let done: number | undefined;
  const flush = async (): Promise<void> => {
    if (bytes > 0) await write(Buffer.concat(gathered));
    gathered = [];
    bytes = 0;
    done = last;
  };
  return {
    async put({ bytes: line, position }) {
      gathered.push(line, NEWLINE);
      bytes += line.length + 1;
      last = position;
      if (bytes >= WRITE_BYTES) await flush();
    },
    idle: flush,
    flush,
    done: () => done,
  };
}

function topicSink(producer: Producer): Sink {
  const flying: { readonly sent: Promise<unknown>; readonly position: number }[] = [];
  let done: number | undefined;
  const settle = async (left: number): Promise<void> => {
    for (let first = flying[0]; first !== undefined && flying.length > left; first = flying[0]) {
      await first.sent;
      done = first.position;
      flying.shift();
    }
  };
  return {
    async put({ bytes, position, project }) {
      const properties = { type: 'record', position: String(position) };
      const sent = producer.send({ payload: bytes, key: project, properties });
      // Looked at in its turn; until then it must not count as unhandled.
      sent.catch(() => undefined);
      flying.push({ sent, position });
      await settle(MAX_IN_FLIGHT - 1);
    },
    idle: async () => undefined,
    flush: () => settle(0),
    done: () => done,
  };
}
