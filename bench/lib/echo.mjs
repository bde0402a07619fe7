/** As long as the reply to one command of lib/commands.mjs, and as readable. */
const REPLY = Buffer.from(
  JSON.stringify({
    id: '00000000-0000-4000-8000-000000000000',
    command: 'stage-configs',
    status: 'ok',
    position: 100_000,
    result: { stageSet: 'set-00', staged: 1, removed: 0, unchanged: 0, entries: 10 },
  }),
);

/**
 * The least that an answer over this bus costs: take what has arrived, send a reply for each message, acknowledge the
 * message once its reply is stored. Nothing is read, decided or kept; messages do not wait for one another.
 */
export async function startEcho({ bus, topics }) {
  const consumer = await bus.openConsumer(topics.commands, {
    subscription: 'echo',
    type: 'Failover',
    queueSize: 1_000,
  });
  const producer = await bus.openProducer(topics.replies);
  let stopped = false;
  let failure;
  const answer = async (message) => {
    await producer.send({ key: message.properties.id, payload: REPLY });
    await consumer.acknowledge(message);
  };
  const running = (async () => {
    while (!stopped) {
      const messages = await consumer.receive({ max: 500, maxBytes: 4 * 1024 * 1024, waitMs: 250 });
      for (const message of messages) answer(message).catch((error) => (failure ??= error));
    }
  })();
  return {
    told: () => String(failure),
    stop: async () => {
      stopped = true;
      await running;
      await Promise.allSettled([consumer.close(), producer.close()]);
      if (failure !== undefined) throw failure;
    },
  };
}
