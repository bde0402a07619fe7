import type { FastifyPluginAsync } from 'fastify';
import { pause } from '../../core/pause.js';
import { schemas } from '../../generated/schemas.js';
import { mayNot } from '../../core/authorise.js';
import type { Actor } from '../../core/types.js';
import { AppError } from '../../errors.js';
import { STREAM_LIMITS, type HttpDeps } from '../deps.js';
import { BAD_REQUEST } from '../problem-reply.js';
import { CLOUD_EVENTS } from '../shapes.js';
import { streamFilter } from '../event-frames.js';
import { createEventHub } from '../event-hub.js';
import { writeEvents } from '../event-stream.js';
import { openStream, type OpenStream } from '../open-stream.js';

/** How long the close of the service waits for streams to end. */
const CLOSE_MS = 1_000;

const EVENT_TYPES: readonly string[] = schemas['events.json'].oneOf.map(
  ({ $ref }) => schemas[$ref].properties.type.const,
);

interface EventsQuery {
  readonly from?: string;
  readonly project?: readonly string[];
  readonly type?: readonly string[];
}

const list = (items: object, description: string): object => ({
  type: 'array',
  maxItems: 100,
  items,
  description,
});

const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: {
      type: 'string',
      description: 'The id to go on after; 0 is the beginning. Without it: what comes from now on.',
    },
    project: list({ type: 'string', maxLength: 63 }, 'Only events of these projects.'),
    type: list(
      { type: 'string', enum: EVENT_TYPES.flatMap((type) => [type, `stageline.${type}`]) },
      'Only events of these types.',
    ),
  },
};

/** Live events as server-sent events. */
export const eventRoutes: FastifyPluginAsync<HttpDeps> = async (app, deps) => {
  const limits = { ...STREAM_LIMITS, ...deps.streams };
  const open = new Set<OpenStream>();
  const perCaller = new Map<string, number>();
  const hub = createEventHub(deps.feed);

  app.addHook('preClose', async () => {
    hub.close();
    for (const stream of open) stream.abort();
    for (let waited = 0; open.size > 0 && waited < CLOSE_MS; waited += 10) await pause(10);
  });

  app.get<{ Querystring: EventsQuery }>(
    '/v1/events',
    {
      exposeHeadRoute: false,
      config: { needs: { role: 'viewer' } },
      schema: {
        operationId: 'followEvents',
        summary: 'Events as they happen',
        description:
          'Server-sent events. A message is one journal record: its data is the JSON array of the events that pass the filters, its id goes into Last-Event-ID (or ?from=) to resume without gap or repeat. The event "behind" tells a client that was too slow: it resumes by Last-Event-ID.',
        querystring: QUERY,
        response: {
          200: { description: 'The stream.', content: { 'text/event-stream': { schema: CLOUD_EVENTS } } },
        },
        problems: ['DENIED', 'TOO_MANY_REQUESTS'],
      },
    },
    async (request, reply) => {
      const projects = projectsFor(request.caller, request.query.project);
      const from = startOf(request.headers['last-event-id'], request.query.from) ?? deps.feed.head();
      if (open.size >= limits.maxStreams) {
        throw new AppError(
          'TOO_MANY_REQUESTS',
          `${limits.maxStreams} event streams are open; try again later.`,
        );
      }
      const { name } = request.caller;
      const own = perCaller.get(name) ?? 0;
      if (deps.callers.required && own >= limits.maxPerCaller)
        throw new AppError('TOO_MANY_REQUESTS', `"${name}" has ${own} event streams open; close one.`);
      const { authorization } = request.headers;
      const stream = openStream({
        request,
        reply,
        limits,
        contentType: 'text/event-stream; charset=utf-8',
        recheck: () => deps.callers.identify(authorization),
      });
      if (stream.gone.aborted) return;
      perCaller.set(name, own + 1);
      open.add(stream);
      stream.gone.addEventListener('abort', () => {
        const left = (perCaller.get(name) ?? 1) - 1;
        if (left === 0) perCaller.delete(name);
        else perCaller.set(name, left);
        open.delete(stream);
      });
      const types = request.query.type?.map((type) => type.replace(/^stageline\./, ''));
      void writeEvents({
        feed: deps.feed,
        hub,
        out: stream.out,
        from,
        filter: streamFilter(projects, types ?? []),
        heartbeatMs: limits.heartbeatMs,
        signal: stream.signal,
        log: deps.log,
      }).then(() => stream.out.end());
    },
  );
};

/** Where a client wants to go on; undefined: at the head. The header is newer than the address, which stays the same on every reconnect. */
function startOf(header: string | string[] | undefined, query: string | undefined): number | undefined {
  const [value, pointer] =
    header === undefined || header === ''
      ? [query, '/query/from']
      : [String(header), '/headers/Last-Event-ID'];
  if (value === undefined) return undefined;
  const position = Number(value);
  if (/^\d{1,16}$/.test(value) && Number.isSafeInteger(position)) return position;
  const detail = `"${value}" is no id of an event; it must be one that this stream gave, or 0.`;
  throw new AppError(BAD_REQUEST, detail, { errors: [{ pointer, code: BAD_REQUEST, detail }] });
}

/** The projects whose events a caller gets, all if there are none named; DENIED where one of those asked for is none of his. */
function projectsFor(caller: Actor, asked: readonly string[] | undefined): readonly string[] {
  for (const project of asked ?? []) {
    const denied = mayNot(caller, { role: 'viewer', project });
    if (denied !== undefined) throw new AppError('DENIED', denied.detail ?? denied.title);
  }
  return asked ?? caller.projects ?? [];
}
