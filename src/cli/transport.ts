import { pause } from '../core/pause.js';
import { EXIT, Exit } from './exit.js';
import { explain, isProblem } from './problems.js';

/** An HTTP answer; the body is parsed JSON, or text where it is none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface TransportOptions {
  /** Pauses before further tries after a network error. @defaultValue 200, 400 and 800 ms */
  readonly retryDelaysMs?: readonly number[];
  /** Shown to the service as a bearer token. @defaultValue none */
  readonly token?: string | undefined;
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: string;
  /** The service may take this long on purpose. */
  readonly waitMs?: number;
}

/** HTTP to one service. */
export interface Transport {
  /** Sends a request, again after network errors; any answer but "come back later" is handed out. */
  call(path: string, call?: Call): Promise<Answer>;
  /** Opens a stream, once. */
  stream(path: string, options: StreamOptions): Promise<OpenStream>;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly lastEventId?: string;
  /** @defaultValue text/event-stream */
  readonly accept?: string;
}

/** A stream as it was opened; reading it throws where it is cut off. */
export interface OpenStream {
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array>;
}

const GRACE_MS = 20_000;
const COME_BACK_LATER = [429, 502, 503];

export function createTransport(url: string, options: TransportOptions): Transport {
  const delays = options.retryDelaysMs ?? [200, 400, 800];
  const base = url.endsWith('/') ? url : `${url}/`;
  const bearer = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };

  const once = async (path: string, { method = 'GET', body, waitMs = 0 }: Call): Promise<Answer> => {
    const response = await fetch(new URL(path, base), {
      method,
      headers: {
        accept: 'application/json',
        ...bearer,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(waitMs + GRACE_MS),
    });
    return { status: response.status, body: parsed(await response.text()) };
  };

  return {
    async call(path, call = {}) {
      for (let tries = 0; ; tries += 1) {
        const delay = delays[tries];
        try {
          const answer = await once(path, call);
          if (!COME_BACK_LATER.includes(answer.status) || delay === undefined) return answer;
        } catch (error) {
          if (delay === undefined) throw unreachable(url, error);
        }
        await pause(delay);
      }
    },

    async stream(path, { signal, lastEventId, accept = 'text/event-stream' }) {
      let response: Response;
      try {
        response = await fetch(new URL(path, base), {
          headers: {
            accept,
            ...bearer,
            ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
          },
          signal,
        });
      } catch (error) {
        throw unreachable(url, error);
      }
      if (response.status !== 200 || response.body === null) {
        throw refusal(url, { status: response.status, body: parsed(await response.text()) });
      }
      return { headers: response.headers, body: response.body };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What is known of a failed request: the system's error code, or what fetch says. */
interface Failure {
  readonly cause?: Failure;
  readonly code?: string;
  readonly message?: string;
}

function unreachable(url: string, error: unknown): Exit {
  const { cause, message } = error as Failure;
  const reason = cause?.code ?? cause?.message ?? message ?? 'no answer';
  return new Exit(
    EXIT.unreachable,
    `the service at ${url} is not reachable (${reason}); start it with "stageline run", or name another with --url`,
    { cause: error },
  );
}

/** What an answer means that is neither a reply nor what was asked for. */
export function refusal(url: string, { status, body }: Answer): Exit {
  const notReady = COME_BACK_LATER.includes(status);
  if (isProblem(body)) {
    return new Exit(notReady ? EXIT.unreachable : EXIT.failed, explain(body), { cause: body });
  }
  if (notReady) {
    return new Exit(EXIT.unreachable, `the service at ${url} is not ready (HTTP ${status}); try again later`);
  }
  return new Exit(
    EXIT.failed,
    `what answers at ${url} is not Stageline, or another version of it (HTTP ${status})`,
  );
}
