import { fork } from 'node:child_process';
import { join } from 'node:path';

const lib = join(import.meta.dirname, '..', 'lib');

/** A child with messages one after the other. */
function start(file, ...args) {
  const child = fork(join(lib, file), args.map(String), { execArgv: [] });
  const waiting = [];
  const came = [];
  const settle = () => {
    while (came.length > 0 && waiting.length > 0) {
      const { resolve, reject } = waiting.shift();
      const message = came.shift();
      if (message.failed === undefined) resolve(message);
      else reject(new Error(message.failed));
    }
  };
  child.on('message', (message) => {
    came.push(message);
    settle();
  });
  child.on('exit', (code) => {
    came.push({ failed: `${file} ended with ${code}` });
    settle();
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        settle();
      }),
    send: (message) => child.send(message),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Server-sent events to many clients, against the same fan-out written on bare node:http. */
export const row = {
  title: 'SSE: 2,000 clients, 20 events a second',
  against: 'the same fan-out on bare node:http',
  sides: ['stageline', 'bare'],
  cases: [
    {
      name: '10 s',
      params: { clients: 2_000, warmUp: 40, events: 200, everyMs: 50 },
      quick: { warmUp: 10, events: 60 },
    },
  ],
  figures: [
    { name: 'p99 delivery ms', field: 'p99', ratio: { atMost: 1.5 } },
    { name: 'CPU s of the server', field: 'cpuSeconds', ratio: { atMost: 1.5 } },
  ],
  async measure(side, { clients, warmUp, events, everyMs }) {
    const server = start('fan-out-server.mjs', side, clients);
    let readers;
    try {
      const { port } = await server.next();
      readers = start('fan-out-clients.mjs', port, clients);
      await readers.next();
      server.send({ do: 'events', events: warmUp, everyMs });
      await server.next();
      server.send({ do: 'events', events, everyMs });
      const { sentAt, cpuSeconds, seconds, log } = await server.next();
      // What is still under way comes in.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      readers.send({ sentAt });
      const measured = await readers.next();
      if (measured.missing > 0)
        throw new Error(
          `${measured.missing} events were not delivered: ${measured.refused} ${JSON.stringify(log)}`,
        );
      return { ...measured, cpuSeconds, seconds };
    } finally {
      readers?.kill();
      server.kill();
    }
  },
};
