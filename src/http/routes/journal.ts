import { Readable } from 'node:stream';
import type { FastifyPluginAsync } from 'fastify';
import { AppError } from '../../errors.js';
import type { JournalLines, LineRange } from '../../ports/journal-lines.js';
import { STREAM_LIMITS, type HttpDeps } from '../deps.js';
import { positionQuery } from '../shapes.js';

/** Journals read at once: each of them is a reader of its own on the bus. */
const MAX_OPEN = 4;

interface RangeQuery {
  readonly from: number;
  readonly to?: number;
}

const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: {
      ...positionQuery('The first position; one behind the end gives nothing.'),
      minimum: 1,
      default: 1,
    },
    to: positionQuery('The last position; where the journal ends now, if it is left out.'),
  },
};

const LINES = {
  description: 'The lines. A stream that is cut off before the last of them is not complete.',
  headers: {
    'stageline-journal-to': { schema: { type: 'integer' }, description: 'The position of the last line.' },
    'stageline-journal-origin': {
      schema: { type: 'string' },
      description: 'The name of this journal: a restored one has another.',
    },
  },
  content: { 'application/x-ndjson': { schema: { type: 'string' } } },
};

/** The journal itself. */
export const journalRoutes: FastifyPluginAsync<HttpDeps> = async (app, { journal, log, streams }) => {
  const { stalledMs } = { ...STREAM_LIMITS, ...streams };
  const open = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const stream of open) stream.abort();
  });

  app.get<{ Querystring: RangeQuery }>(
    '/v1/journal',
    {
      exposeHeadRoute: false,
      config: { needs: { role: 'operator', everyProject: true } },
      schema: {
        operationId: 'readJournal',
        summary: 'Records of the journal, byte for byte',
        description:
          'One record a line (NDJSON), exactly as it stands in the journal: each names the SHA-256 of the line before it. Nothing is left out or masked.',
        querystring: QUERY,
        response: { 200: LINES },
        problems: ['UNKNOWN_POSITION', 'TOO_MANY_REQUESTS', 'ENGINE_UNAVAILABLE'],
      },
    },
    async (request, reply) => {
      const { position: end, origin } = journal.end();
      const { from, to = end } = request.query;
      if (to > end || from > end + 1) {
        const detail = `The journal ends at position ${end}; ask for records up to there.`;
        throw new AppError('UNKNOWN_POSITION', detail);
      }
      if (open.size >= MAX_OPEN) {
        const detail = `${MAX_OPEN} others read the journal at the moment; try again later.`;
        throw new AppError('TOO_MANY_REQUESTS', detail);
      }
      const stream = new AbortController();
      open.add(stream);
      reply.raw.once('close', () => {
        open.delete(stream);
        stream.abort();
      });
      // A client that takes nothing is cut off.
      request.raw.socket.setTimeout(stalledMs);
      const range = { from, to, signal: stream.signal };
      const body = Readable.from(chunks(journal, range), { objectMode: false });
      body.once('error', (error) => log.error({ err: error, url: request.url }, 'journal-not-read'));
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .headers({ 'stageline-journal-to': to, 'stageline-journal-origin': origin })
        .send(body);
    },
  );
};

const NEWLINE = Buffer.from('\n');

async function* chunks(journal: JournalLines, range: LineRange): AsyncGenerator<Buffer, void> {
  if (range.from > range.to) return;
  for await (const lines of journal.read(range))
    yield Buffer.concat(lines.flatMap((line) => [line, NEWLINE]));
}
