import type { Reader, ReaderOptions } from '../../ports/bus.js';
import { openDelivery } from './delivery.js';
import { acknowledgeFrame } from './frames.js';
import type { OpenEndpoint } from './open-endpoint.js';

/** Messages that the proxy sends ahead. They can be 1 MiB each, and the proxy holds what is not read. */
const QUEUE = 100;

/** Opens a reader. */
export async function openWsReader(
  open: OpenEndpoint,
  topic: string,
  options: ReaderOptions,
): Promise<Reader> {
  const { socket, inbox } = await openDelivery(open, {
    role: 'reader',
    topic,
    parameters: {
      messageId: typeof options.start === 'string' ? options.start : options.start.after,
      receiverQueueSize: QUEUE,
    },
  });
  return {
    lost: socket.lost,
    async receive(wanted) {
      const messages = await inbox.receive(wanted);
      // Each acknowledgement lets the proxy send one more message: nothing is read ahead of what is taken.
      for (const { id } of messages) socket.send(acknowledgeFrame(id)).catch(() => undefined);
      return messages;
    },
    close: () => socket.close(),
  };
}
