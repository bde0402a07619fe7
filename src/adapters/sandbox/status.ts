import type { WorkloadType } from '../../core/types.js';
import type { Fields } from './config-maps.js';

const COUNTS: Readonly<Record<WorkloadType, Fields>> = {
  function: {
    numReceived: 0,
    numSuccessfullyProcessed: 0,
    numUserExceptions: 0,
    latestUserExceptions: [],
    numSystemExceptions: 0,
    latestSystemExceptions: [],
    averageLatency: 0,
    lastInvocationTime: 0,
  },
  source: {
    numReceivedFromSource: 0,
    numSystemExceptions: 0,
    latestSystemExceptions: [],
    numSourceExceptions: 0,
    latestSourceExceptions: [],
    numWritten: 0,
    lastReceivedTime: 0,
  },
  sink: {
    numReadFromPulsar: 0,
    numSystemExceptions: 0,
    latestSystemExceptions: [],
    numSinkExceptions: 0,
    latestSinkExceptions: [],
    numWrittenToSink: 0,
    lastReceivedTime: 0,
  },
};

/** The body of `…/status`: every instance that is not stopped runs, and none has seen anything. */
export function statusOf(
  type: WorkloadType,
  config: Fields,
  runs: (instance: number) => boolean = () => true,
): Fields {
  const instances = Array.from({ length: Number(config['parallelism']) }, (_, instanceId) => {
    const running = runs(instanceId);
    const counts = running ? COUNTS[type] : withoutLists(COUNTS[type]);
    return { instanceId, status: { running, error: '', numRestarts: 0, ...counts, workerId: 'sandbox' } };
  });
  const numRunning = instances.filter(({ status }) => status.running).length;
  return { numInstances: instances.length, numRunning, instances };
}

const withoutLists = (counts: Fields): Fields =>
  Object.fromEntries(Object.entries(counts).filter(([, value]) => !Array.isArray(value)));
