import type { Reply } from '../../src/core/types.js';
import {
  mainJob,
  seeded,
  seededId,
  type CommandMaker,
  type CrashCommand,
  type Expected,
  type MakerOptions,
} from './crash-commands.js';

/** A command with every answer that it has had: all must be the same. */
export interface Sent {
  readonly command: CrashCommand;
  readonly expected: Expected;
  /** Its id is that of another command, which was answered before: it must be refused. */
  readonly reuses: boolean;
  readonly replies: Reply[];
  /** How often it was sent. */
  tries: number;
  /** How often it was told that it was given up undecided, and sent again. */
  undecided: number;
  /** It is sent until the service says that it has it, and then only asked for. */
  readonly handedOver: boolean;
}

/** An answer, with the moment at which it was asked for. */
export interface Answered {
  readonly entry: Sent;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface CrashLoad {
  /** Everything that was sent. */
  readonly sent: readonly Sent[];
  /** Answers so far, repeated ids included. */
  answers(): number;
  /** Resolves when everything sent so far has an answer. Rejects where something gets none. */
  settled(withinMs: number): Promise<void>;
  /** Starts nothing new; resolves when every command has its answer. Rejects where one gets none. */
  finish(withinMs: number): Promise<void>;
}

export interface CrashLoadOptions {
  /** Where the service is now; asked before every request. */
  readonly url: () => string;
  readonly seed: number;
  /** @defaultValue 32 */
  readonly inFlight?: number;
  /** Path of a package. */
  readonly artifact: string;
  readonly pauseMs?: number;
  /** Makes what is sent. @defaultValue the main job */
  readonly commands?: (options: MakerOptions) => CommandMaker;
  /** The part of commands that take the id of another one. @defaultValue none */
  readonly reused?: number;
  /** The part of commands that are not sent again once the service has them: it alone sees to their answer. @defaultValue none */
  readonly handedOver?: number;
  readonly onAnswer?: (answered: Answered) => void;
}

/** The part of commands that are an earlier one again. */
const REPEATED = 0.12;
const WAIT_MS = 5_000;
const AGAIN_MS = 100;
const OUTCOMES = ['ok', 'rejected', 'invalid', 'denied', 'failed'];

/** Keeps commands in flight over HTTP. A caller that gets no answer sends the same again, as callers are told to. */
export function startCrashLoad(options: CrashLoadOptions): CrashLoad {
  const { reused = 0, handedOver = 0, commands = mainJob } = options;
  const random = seeded(options.seed);
  const make = commands({ random, artifact: options.artifact });
  const sent: Sent[] = [];
  const stop = new AbortController();
  let stopping = false;
  let answers = 0;

  const ask = async (path: string, init: RequestInit = {}): Promise<Reply | 'waiting' | undefined> => {
    const response = await fetch(`${options.url()}/v1/commands${path}`, {
      ...init,
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]),
    });
    const body = (await response.json()) as Partial<Reply> & { status?: unknown };
    if (response.status === 202) return 'waiting';
    // A problem that is no reply has a number.
    return OUTCOMES.includes(String(body.status)) ? (body as Reply) : undefined;
  };
  const send = (command: CrashCommand, waitMs: number): ReturnType<typeof ask> =>
    ask(`?waitMs=${waitMs}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });

  const answered = async (entry: Sent): Promise<void> => {
    const { command } = entry;
    let isThere = false;
    while (!stop.signal.aborted) {
      const askedAt = performance.now();
      if (!isThere) entry.tries += 1;
      const asked = isThere ? ask(`/${command.id}`) : send(command, entry.handedOver ? 0 : WAIT_MS);
      const reply = await asked.catch(() => undefined);
      if (reply === 'waiting') {
        isThere = entry.handedOver;
      } else if (reply?.error?.code === 'UNDECIDED') {
        // It has taken no id: its caller is told to send it again.
        entry.undecided += 1;
        isThere = false;
      } else if (reply !== undefined) {
        entry.replies.push(reply);
        answers += 1;
        options.onAnswer?.({ entry, askedAt, answeredAt: performance.now() });
        return;
      }
      if (reply !== 'waiting' || isThere) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };

  /** One that has taken its id: whatever else comes under it is refused. */
  const takenId = (): string | undefined => {
    for (let tries = 0; tries < 20; tries += 1) {
      const entry = sent[Math.floor(random() * sent.length)];
      if (entry?.expected === 'record' && entry.replies.length > 0) return entry.command.id;
    }
    return undefined;
  };

  const next = (): Sent => {
    const earlier = sent[Math.floor(random() * sent.length)];
    const isLeftAlone = earlier?.handedOver === true && earlier.replies.length === 0;
    if (earlier !== undefined && !isLeftAlone && random() < REPEATED) return earlier;
    const taken = random() < reused ? takenId() : undefined;
    const { body, expected } = make();
    const fresh = { replies: [], tries: 0, undecided: 0 };
    const entry: Sent =
      taken === undefined
        ? {
            command: { id: seededId(random), ...body },
            expected,
            reuses: false,
            // What leaves no record is known to nobody after a restart.
            handedOver: expected === 'record' && random() < handedOver,
            ...fresh,
          }
        : {
            handedOver: false,
            command: otherCommand(taken, body.project, `set-${seededId(random).slice(0, 8)}`),
            expected: 'record',
            reuses: true,
            ...fresh,
          };
    sent.push(entry);
    return entry;
  };

  const work = async (): Promise<void> => {
    while (!stopping) {
      await answered(next());
      if (options.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
    }
  };
  const workers = Promise.all(Array.from({ length: options.inFlight ?? 32 }, work));
  const refuseOpen = (entries: readonly Sent[], withinMs: number): void => {
    const open = entries.filter(({ replies }) => replies.length === 0).map(({ command }) => command.id);
    if (open.length > 0) throw new Error(`without an answer after ${withinMs} ms: ${open.join(', ')}`);
  };

  return {
    sent,
    answers: () => answers,
    async settled(withinMs) {
      const entries = [...sent];
      for (const end = Date.now() + withinMs; Date.now() < end;) {
        if (entries.every(({ replies }) => replies.length > 0)) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      refuseOpen(entries, withinMs);
    },
    async finish(withinMs) {
      stopping = true;
      const timer = setTimeout(() => stop.abort(), withinMs);
      await workers;
      clearTimeout(timer);
      refuseOpen(sent, withinMs);
    },
  };
}

/** Another command under an id that was used: its stage set is one that nobody else names. */
function otherCommand(id: string, project: string | undefined, stageSet: string): CrashCommand {
  const params = { stageSet, all: true };
  return { id, command: 'un-stage', ...(project === undefined ? {} : { project }), params };
}
