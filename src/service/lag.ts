/** Behind for longer than this is not ready. */
export const MAX_LAG_MS = 30_000;

export interface LagWatch {
  /** Looks at a consumer: how long it has been behind its head, in milliseconds; 0 if it is not. */
  look(name: string, position: number, head: number): number;
}

/** Remembers since when consumers of the journal have been behind. Readiness is "behind for longer than T", not "the process is up". */
export function createLagWatch(now: () => number): LagWatch {
  const since = new Map<string, number>();
  return {
    look(name, position, head) {
      if (position >= head) {
        since.delete(name);
        return 0;
      }
      const begun = since.get(name) ?? now();
      since.set(name, begun);
      return now() - begun;
    },
  };
}
