import type { Actor } from '../core/types.js';
import type { Bus } from '../ports/bus.js';
import type { TicketSigner } from '../ports/identity.js';
import { bindingOf } from './identity.js';

/** A bus on which everything sent to one topic carries a ticket: what deployers report says who they are. */
export function signResults(
  bus: Bus,
  { topic, actor, signer }: { readonly topic: string; readonly actor: Actor; readonly signer: TicketSigner },
): Bus {
  return {
    ...bus,
    async openProducer(to, options) {
      const producer = await bus.openProducer(to, options);
      if (to !== topic) return producer;
      return {
        lost: producer.lost,
        close: () => producer.close(),
        async send(message) {
          const binding = bindingOf(message.payload);
          if (binding === undefined) return producer.send(message);
          const ticket = await signer.sign(actor, binding);
          return producer.send({ ...message, properties: { ...message.properties, ticket } });
        },
      };
    },
  };
}
