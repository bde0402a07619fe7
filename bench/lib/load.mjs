import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs, percentile } from './stats.mjs';

/** A reply that takes longer than this has been lost: the run is void. */
const LOST_MS = 60_000;
/** Under way in warm-up at least: what has run often is compiled. */
const WARM_UP = 64;

/**
 * Keeps `inFlight` messages under way: the next one goes out when a reply comes in. Gives the replies a second and the
 * time from send to reply, of those that were sent and answered within the measured time, and counts them by status.
 */
export async function drive({ bus, topics, next, inFlight, warmUpMs, measureMs }) {
  const reader = await bus.openReader(topics.replies, { start: 'latest' });
  const producer = await bus.openProducer(topics.commands);
  const sent = new Map();
  const taken = [];
  const statuses = {};
  let [failure, stopped, allowed] = [undefined, false, 0];
  let [from, to] = [Infinity, Infinity];
  const fail = (error) => (failure ??= error);

  const fill = () => {
    while (sent.size < allowed) {
      const { id, message } = next();
      sent.set(id, performance.now());
      producer.send(message).catch(fail);
    }
  };
  const answered = ({ key, payload }) => {
    const begun = sent.get(key);
    if (begun === undefined) return;
    const now = performance.now();
    sent.delete(key);
    if (now >= from && now < to) {
      const { status } = JSON.parse(payload.toString());
      statuses[status] = (statuses[status] ?? 0) + 1;
      taken.push(now - begun);
    }
    fill();
  };
  const reading = (async () => {
    while (!stopped) for (const reply of await reader.receive({ max: 1_000, waitMs: 250 })) answered(reply);
  })().catch(fail);
  const until = async (done, limitMs) => {
    for (const end = performance.now() + limitMs; !done();) {
      if (failure !== undefined) throw failure;
      if (performance.now() > end)
        throw new Error(`${sent.size} messages were not answered within ${limitMs} ms`);
      await pause(2);
    }
  };

  try {
    allowed = Math.max(WARM_UP, inFlight);
    fill();
    await pause(warmUpMs);
    allowed = inFlight;
    await until(() => sent.size <= inFlight, LOST_MS);
    // One more round, so that none of those measured waited behind the warm-up.
    const before = new Set(sent.keys());
    await until(() => [...before].every((id) => !sent.has(id)), LOST_MS);
    from = performance.now();
    to = from + measureMs;
    const cpuBefore = cpuMs();
    await until(() => performance.now() >= to, measureMs + LOST_MS);
    const cpu = cpuMs() - cpuBefore;
    allowed = 0;
    await until(() => sent.size === 0, LOST_MS);
    return {
      rate: (taken.length * 1_000) / measureMs,
      p50: percentile(taken, 0.5),
      p99: percentile(taken, 0.99),
      answered: taken.length,
      failed: taken.length - (statuses.ok ?? 0),
      statuses,
      cpuMsEach: cpu / taken.length,
    };
  } finally {
    stopped = true;
    await reading;
    await Promise.allSettled([producer.close(), reader.close()]);
  }
}
