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

/** The body of `…/status`: every instance runs and has seen nothing. */
export function statusOf(type: WorkloadType, config: Fields): Fields {
  const instances = Array.from({ length: Number(config['parallelism']) }, (_, instanceId) => ({
    instanceId,
    status: { running: true, error: '', numRestarts: 0, ...COUNTS[type], workerId: 'sandbox' },
  }));
  return { numInstances: instances.length, numRunning: instances.length, instances };
}
