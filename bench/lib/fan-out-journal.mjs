import { commandSource } from './commands.mjs';
import { product } from './product.mjs';

const ACTOR = { name: 'local', roles: ['developer'] };

/** A journal with a mark, and records of staged configs to append to it one by one. */
export async function recordsOf({ bus, topics }) {
  const { encodeRecord, markMessage, recordsMessage } = product('core/journal');
  const producer = await bus.openProducer(topics.journal);
  const term = { epoch: 1, writer: 'bench' };
  await producer.send(markMessage({ ...term, time: new Date().toISOString() }));
  const next = commandSource();
  let [position, prev] = [0, null];
  return {
    next() {
      const { command } = next();
      const { stageSet, configs } = command.params;
      const [config] = configs;
      const record = {
        v: 1,
        partition: 0,
        position: (position += 1),
        prev,
        time: new Date().toISOString(),
        command,
        commandHash: 'A'.repeat(43),
        actor: ACTOR,
        via: 'commands',
        outcome: 'ok',
        result: { stageSet, staged: 1, removed: 0, unchanged: 0, entries: 1 },
        events: [
          {
            type: 'configs-staged',
            project: command.project,
            stageSet,
            counts: { apply: 1, delete: 0 },
            entries: [
              {
                function: `${config.tenant}/${config.namespace}/${config.name}`,
                workload: 'function',
                operation: 'apply',
                contentHash: 'A'.repeat(43),
                content: { config },
                base: {},
              },
            ],
          },
        ],
      };
      const { line, hash } = encodeRecord(record);
      prev = hash;
      return { position, message: recordsMessage([line], term) };
    },
    send: (message) => void producer.send(message).catch((error) => process.send({ failed: error.message })),
  };
}
