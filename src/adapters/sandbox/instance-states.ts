/** What a cluster remembers of stopped instances. As in Pulsar it outlives a smaller parallelism. */
export interface InstanceStates {
  /** By instance; one that is not named runs. Nothing is named before the first stop. */
  readonly named: Readonly<Record<string, 'RUNNING' | 'STOPPED'>>;
  /** Restarted since: all run, whatever is named, until the next update. */
  readonly restarted?: boolean;
}

export const ALL_RUNNING: InstanceStates = { named: {} };

/** The states after a start or stop of all instances; undefined where Pulsar does not permit it. */
export function changed(
  { named }: InstanceStates,
  to: 'RUNNING' | 'STOPPED',
  parallelism: number,
): InstanceStates | undefined {
  const states = Object.values(named);
  const permitted = states.length === 0 ? to === 'STOPPED' : states.some((state) => state !== to);
  if (!permitted) return undefined;
  const all = Array.from({ length: parallelism }, (_, instance) => [String(instance), to] as const);
  return { named: { ...named, ...Object.fromEntries(all) } };
}

export function runs({ named, restarted = false }: InstanceStates, instance: number): boolean {
  return restarted || named[String(instance)] !== 'STOPPED';
}
