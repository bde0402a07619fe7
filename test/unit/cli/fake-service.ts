import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuditPage } from '../../../src/core/audit-page.js';
import type { AnyDocument, Problem, Reply } from '../../../src/core/types.js';
import { problem, type Code } from '../../../src/errors.js';

/** A command as it came in. */
export interface SentCommand {
  readonly id: string;
  readonly command: string;
  readonly project: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly dryRun?: boolean;
}

/** What the service does with a command: answers, lets it wait, cuts the connection, or answers with any status. */
export type Behaviour =
  Partial<Reply> | 'waiting' | 'cut' | { readonly http: number; readonly body?: unknown };

/** What an event stream does: sends text, then stays open or is cut. */
export interface FakeStream {
  readonly text: string;
  readonly cut?: boolean;
}

export interface FakeService {
  readonly url: string;
  /** Commands in the order in which they came, repeats too. */
  readonly commands: SentCommand[];
  /** Path and query of every request. */
  readonly requests: string[];
  /** Last-Event-ID of every event stream. */
  readonly lastEventIds: (string | undefined)[];
  /** Told for each command: what becomes of it. By default it is ok. */
  onCommand: (command: SentCommand, times: number) => Behaviour;
  /** Told for each look at a waiting command. */
  onLook: (id: string, times: number) => Behaviour;
  readonly documents: Map<string, AnyDocument>;
  /** Told before a document is read. */
  beforeRead: (id: string) => Behaviour | undefined;
  /** Told for each page of the audit log: its body, or what happens instead. */
  onAudit: (query: URLSearchParams, times: number) => Behaviour | AuditPage;
  /** Told of every other request: what is answered. */
  onOther: (method: string, url: URL, sent: string) => { readonly http: number; readonly body: unknown };
  /** Streams, one for each connection; the last one is repeated. */
  streams: FakeStream[];
  close(): Promise<void>;
}

const STATUS = { ok: 200, invalid: 400, denied: 403, rejected: 409, failed: 500 } as const;

/** An error for a reply or a body. */
export function refusal(code: Code, detail: string, errors?: Problem['errors']): Problem {
  return problem(code, detail, errors);
}

/** The service's HTTP API, as small as the command line needs it. */
export async function startFakeService(): Promise<FakeService> {
  const looks = new Map<string, number>();
  const sent = new Map<string, number>();
  const again = (counts: Map<string, number>, id: string): number => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts.get(id) ?? 0;
  };

  const server = createServer((request, response) => void handle(request, response));
  const fake: FakeService = {
    url: '',
    commands: [],
    requests: [],
    lastEventIds: [],
    onCommand: () => ({ status: 'ok', result: {} }),
    onLook: () => 'waiting',
    documents: new Map(),
    beforeRead: () => undefined,
    onAudit: () => ({ entries: [], position: 0 }),
    onOther: () => ({ http: 404, body: problem('NOT_FOUND', 'no such path') }),
    streams: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    fake.requests.push(`${url.pathname}${url.search}`);
    if (request.method === 'POST' && url.pathname === '/v1/commands') {
      const command = JSON.parse(await bodyOf(request)) as SentCommand;
      fake.commands.push(command);
      act(response, fake.onCommand(command, again(sent, command.id)), command);
    } else if (url.pathname.startsWith('/v1/commands/')) {
      const id = url.pathname.slice('/v1/commands/'.length);
      const command = fake.commands.find((one) => one.id === id);
      act(response, fake.onLook(id, again(looks, id)), command ?? { id, command: 'unknown' });
    } else if (url.pathname === '/v1/documents') {
      answer(response, 200, page(url.searchParams));
    } else if (url.pathname.startsWith('/v1/documents/')) {
      const id = decodeURIComponent(url.pathname.slice('/v1/documents/'.length));
      const instead = fake.beforeRead(id);
      const document = fake.documents.get(id);
      if (instead !== undefined) act(response, instead, { id, command: '' });
      else if (document === undefined) answer(response, 404, problem('NOT_FOUND', 'none'));
      else answer(response, 200, { id, position: 1, document });
    } else if (url.pathname === '/v1/audit') {
      const page = fake.onAudit(url.searchParams, again(looks, '/v1/audit'));
      if (typeof page === 'object' && 'entries' in page) answer(response, 200, page);
      else act(response, page, { id: '', command: '' });
    } else if (url.pathname === '/v1/events') {
      stream(request, response);
    } else {
      const { http, body } = fake.onOther(request.method ?? '', url, await bodyOf(request));
      answer(response, http, body);
    }
  }

  function page(query: URLSearchParams): unknown {
    const ids = [...fake.documents.keys()].filter((id) => id.startsWith(query.get('prefix') ?? '')).sort();
    const start = Number(query.get('cursor') ?? 0);
    const end = start + Number(query.get('limit') ?? 100);
    return {
      documents: ids.slice(start, end).map((id) => ({ id, position: 1, document: fake.documents.get(id) })),
      position: 1,
      ...(end < ids.length ? { cursor: String(end) } : {}),
    };
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    const next =
      fake.streams[Math.min(fake.lastEventIds.length, fake.streams.length - 1)] ?? ({ text: '' } as const);
    fake.lastEventIds.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(next.text === '' ? ': hello\n\n' : next.text);
    if (next.cut === true) setTimeout(() => response.destroy(), 20);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(fake, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function act(
  response: ServerResponse,
  behaviour: Behaviour,
  command: Pick<SentCommand, 'id' | 'command'>,
): void {
  if (behaviour === 'cut') {
    response.destroy();
  } else if (behaviour === 'waiting') {
    answer(response, 202, { id: command.id, status: 'waiting' });
  } else if ('http' in behaviour) {
    answer(response, behaviour.http, behaviour.body ?? { nothing: true });
  } else {
    const reply = {
      id: command.id,
      command: command.command,
      status: 'ok' as const,
      position: 1,
      ...behaviour,
    };
    answer(response, STATUS[reply.status], reply);
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
