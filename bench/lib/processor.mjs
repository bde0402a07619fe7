import { product } from './product.mjs';

/** Runs the processor alone, as src/service/service.ts wires it, and waits until it takes commands. */
export async function startProcessorOn({ config, bus, store, admin, log }) {
  const { createJournalFollower } = product('feed/journal-follower');
  const { startProcessor } = product('processor/processor');
  const { systemClock: clock, systemIds: ids } = product('service/system');
  const stopping = new AbortController();
  const shared = { bus, store, clock, ids, log, topic: config.topics.journal, now: () => clock.now() };
  const follower = createJournalFollower(shared);
  const processor = startProcessor({
    ...shared,
    admin,
    follower,
    topics: config.topics,
    environments: config.environments,
    limits: {
      ...config.limits,
      maxBytes: config.limits.maxCommandBytes,
      maxDepth: config.limits.maxCommandDepth,
    },
    replyTopicPrefixes: config.replyTopicPrefixes,
    // Nobody stops it on its way, nobody asks for the past.
    reach: () => undefined,
    history: {},
    signal: stopping.signal,
  });
  const told = () => {
    const { state, fault } = processor.standing();
    return `${state}, ${fault?.message ?? 'no fault'}; ${JSON.stringify(log.kept.slice(-3))}`;
  };
  for (const end = performance.now() + 60_000; ;) {
    if (processor.standing().term?.worked === true) break;
    if (performance.now() > end) throw new Error(`the processor does not work: ${told()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    standing: processor.standing,
    told,
    stop: async () => {
      stopping.abort();
      await processor.done;
      await follower.close();
    },
  };
}
