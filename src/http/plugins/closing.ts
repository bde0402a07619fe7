import type { FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { pause } from '../../core/pause.js';
import { AppError } from '../../errors.js';

/** How long the close waits for answers that are under way; the reply to a command takes some milliseconds. */
const DRAIN_MS = 2_000;

/** While the service closes: no new requests, and those under way come to their end. Event streams are ended by their own plugin. */
export const closing = fp(
  async (app) => {
    const underWay = new Set<FastifyReply>();
    let isClosing = false;
    app.addHook('onRequest', async (_request, reply) => {
      if (isClosing) throw new AppError('CLOSED', 'This instance is stopping.');
      underWay.add(reply);
      reply.raw.once('close', () => underWay.delete(reply));
    });
    app.addHook('preClose', async () => {
      isClosing = true;
      const waiting = (): boolean => [...underWay].some((reply) => !isStream(reply));
      for (let waited = 0; waiting() && waited < DRAIN_MS; waited += 10) await pause(10);
    });
  },
  { name: 'closing' },
);

function isStream(reply: FastifyReply): boolean {
  return String(reply.raw.getHeader('content-type')).startsWith('text/event-stream');
}
