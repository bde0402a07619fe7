import { setTimeout as sleep } from 'node:timers/promises';

/** What memory may be at the end, of what it was after the first fifth. */
const MAX_GROWTH = 1.5;
/** The part of the inputs after which memory is taken for the first time: by then every path has been walked. */
export const WARM_UP = 0.2;

/** Own names of the prototypes that everything has. */
export function prototypes(): string {
  return [Object, Array, Function, String, Promise, Map]
    .map(({ prototype }) => Object.getOwnPropertyNames(prototype).join())
    .join('|');
}

/** What is held after everything that nobody holds is gone; closed connections let go a little later. */
export async function heldBytes(): Promise<number> {
  await sleep(500);
  global.gc?.();
  await sleep(100);
  global.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Counts what inputs come to. */
export function createTally(): { add(what: string): void; print(): void } {
  const counts = new Map<string, number>();
  return {
    add(what) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
    },
    print() {
      for (const [what, count] of [...counts].sort((a, b) => b[1] - a[1]))
        process.stdout.write(`${String(count).padStart(8)}  ${what}\n`);
    },
  };
}

/** Prints both figures; false if memory has grown. */
export function judgeMemory(first: number, last: number): boolean {
  const growth = last / first;
  const megabytes = (first / 1e6).toFixed(0);
  process.stdout.write(
    `memory: ${megabytes} MB after the first fifth, times ${growth.toFixed(2)} at the end\n`,
  );
  return growth <= MAX_GROWTH;
}
