import type { Reply } from '../../src/core/types.js';

/** A command as it is sent, again and again until it is answered. */
export interface CrashCommand {
  readonly id: string;
  readonly command: string;
  readonly params: object;
}

/** A command with every answer that it has had: all must be the same. */
export interface Sent {
  readonly command: CrashCommand;
  readonly replies: Reply[];
  /** How often it was sent. */
  tries: number;
}

export interface CrashLoad {
  /** Everything that was sent. */
  readonly sent: readonly Sent[];
  /** Answers so far, repeated ids included. */
  answers(): number;
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
}

const SETS = 4;
const NAMES_A_SET = 6;
/** The part of commands that are an earlier one again. */
const REPEATED = 0.12;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A UUID of version 4 out of such numbers. */
export function seededId(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Commands of the main job over a few stage sets, in no order that makes sense: many are refused, and that is an answer too. */
function commandMaker(random: () => number, artifact: string): () => Omit<CrashCommand, 'id'> {
  const pick = (count: number): number => Math.floor(random() * count);
  const nameIn = (set: number): string => `f${set}-${pick(NAMES_A_SET)}`;
  const config = (name: string): object => ({
    type: 'function',
    artifactPathOrUrl: artifact,
    tenant: 'public',
    namespace: 'default',
    name,
    className: 'enrich.Enrich',
    inputs: ['orders'],
    userConfig: { variant: pick(4) },
  });
  return () => {
    const set = pick(SETS);
    const stageSet = `set-${set}`;
    const kind = random();
    if (kind < 0.55) {
      const names = new Set(Array.from({ length: 1 + pick(3) }, () => nameIn(set)));
      return { command: 'stage-configs', params: { stageSet, configs: [...names].map(config) } };
    }
    if (kind < 0.7)
      return { command: 'un-stage', params: { stageSet, names: [`public/default/${nameIn(set)}`] } };
    if (kind < 0.92) return { command: 'commit-staged-to-test', params: { stageSet, force: random() < 0.5 } };
    return { command: 'rollback', params: { environment: 'test', names: [`public/default/${nameIn(set)}`] } };
  };
}

/** Keeps commands in flight over HTTP. A caller that gets no answer sends the same again, as callers are told to. */
export function startCrashLoad(options: CrashLoadOptions): CrashLoad {
  const random = seeded(options.seed);
  const make = commandMaker(random, options.artifact);
  const sent: Sent[] = [];
  const stop = new AbortController();
  let stopping = false;
  let answers = 0;

  const once = async (command: CrashCommand): Promise<Reply | undefined> => {
    const response = await fetch(`${options.url()}/v1/commands?waitMs=5000`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]),
    });
    const body = (await response.json()) as Partial<Reply> & { status?: unknown };
    // 202 has the status "waiting", and a problem that is no reply has a number.
    return ['ok', 'rejected', 'invalid', 'denied', 'failed'].includes(String(body.status))
      ? (body as Reply)
      : undefined;
  };

  const answered = async (entry: Sent): Promise<void> => {
    while (!stop.signal.aborted) {
      entry.tries += 1;
      const reply = await once(entry.command).catch(() => undefined);
      if (reply !== undefined) {
        entry.replies.push(reply);
        answers += 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const next = (): Sent => {
    const earlier = sent[Math.floor(random() * sent.length)];
    if (earlier !== undefined && random() < REPEATED) return earlier;
    const entry: Sent = { command: { id: seededId(random), ...make() }, replies: [], tries: 0 };
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

  return {
    sent,
    answers: () => answers,
    async finish(withinMs) {
      stopping = true;
      const timer = setTimeout(() => stop.abort(), withinMs);
      await workers;
      clearTimeout(timer);
      const open = sent.filter(({ replies }) => replies.length === 0).map(({ command }) => command.id);
      if (open.length > 0) throw new Error(`without an answer after ${withinMs} ms: ${open.join(', ')}`);
    },
  };
}
