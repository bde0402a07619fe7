import type { ClusterAnswer } from '../ports/functions.js';
import { fieldsOf, type Fields } from './pulsar-config.js';

/** One instance, as its cluster tells. */
export interface InstanceStatus {
  readonly id: number;
  readonly running: boolean;
  readonly error: string;
  readonly restarts: number;
  /** Of every kind: user, system, source, sink. */
  readonly exceptions: number;
  /** Text of the newest exception that is told. */
  readonly latest: string | undefined;
  /** Id of the worker that runs it, where it runs. */
  readonly worker: string | undefined;
}

/** A function, source or sink, as its cluster tells. */
export interface FunctionStatus {
  readonly instances: readonly InstanceStatus[];
}

const COUNT = /^num\w*Exceptions$/;
const LATEST = /^latest\w*Exceptions$/;

/** Reads the answer to a request for the status; undefined if it does not say. */
export function readStatus({ status, body }: ClusterAnswer): FunctionStatus | undefined {
  const { instances } = fieldsOf(body);
  if (status !== 200 || !Array.isArray(instances)) return undefined;
  return { instances: (instances as unknown[]).map((each) => readInstance(fieldsOf(each))) };
}

function readInstance({ instanceId, status }: Fields): InstanceStatus {
  const told = fieldsOf(status);
  const entries = Object.entries(told);
  const latest = entries.flatMap(([field, list]) =>
    LATEST.test(field) && Array.isArray(list) ? (list as unknown[]).map(fieldsOf) : [],
  );
  latest.sort((left, right) => numberOf(right['timestampMs']) - numberOf(left['timestampMs']));
  const text = latest[0]?.['exceptionString'];
  return {
    id: numberOf(instanceId),
    running: told['running'] === true,
    error: typeof told['error'] === 'string' ? told['error'] : '',
    restarts: numberOf(told['numRestarts']),
    exceptions: entries
      .filter(([field]) => COUNT.test(field))
      .reduce((sum, [, count]) => sum + numberOf(count), 0),
    latest: typeof text === 'string' ? text : undefined,
    worker: told['running'] === true && typeof told['workerId'] === 'string' ? told['workerId'] : undefined,
  };
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/**
 * True if an instance looks as it does after somebody has stopped it: it does not run, and there is no word why (tried on
 * 4.0.8). One that is about to start looks the same, for a moment; one that cannot start says why.
 */
export function looksStopped({ running, error, restarts, exceptions }: InstanceStatus): boolean {
  return !running && error === '' && restarts === 0 && exceptions === 0;
}
