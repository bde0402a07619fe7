import { AppError } from '../../errors.js';
import { readMessage } from './frames.js';
import { createInbox } from './inbox.js';
import type { Inbox } from './inbox.js';
import type { OpenEndpoint } from './open-endpoint.js';
import type { Socket } from './socket.js';
import type { Endpoint } from './url.js';

/** Payload bytes that wait in this process before reading pauses. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** A socket that delivers, and what it has delivered. */
export interface Delivery {
  readonly socket: Socket;
  readonly inbox: Inbox;
}

/** Opens a consumer's or reader's socket. */
export async function openDelivery(open: OpenEndpoint, endpoint: Endpoint): Promise<Delivery> {
  // Messages can arrive before the caller sees the socket.
  let socket: Socket | undefined = undefined;
  const inbox = createInbox({
    maxBytes: MAX_WAITING_BYTES,
    setPaused: (paused) => socket?.setPaused(paused),
  });
  socket = await open({
    endpoint,
    onText(text) {
      const message = readMessage(text);
      if (message !== undefined) inbox.push(message);
      else
        socket?.fail(new AppError('ENGINE_UNAVAILABLE', `${endpoint.topic} delivered what cannot be read`));
    },
    onEnd: (reason) => inbox.end(reason),
  });
  return { socket, inbox };
}
