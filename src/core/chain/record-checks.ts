import type { JournalEvent, JournalRecord, ReleaseCommitted, TaskRequested, WaveStarted } from '../types.js';
import { firstWave } from '../release-waves.js';
import { validator } from '../validate.js';
import type { JournalFault } from './journal-fault.js';

const validRecord = validator('record.json');

/** Looks at one record after the other: what no writer makes is told. */
export interface RecordChecks {
  readonly take: (record: JournalRecord) => void;
}

export function createRecordChecks(onFault: (fault: JournalFault) => void): RecordChecks {
  let time = '';
  /** The number that the next effect of a topic gets. */
  const next = new Map<string, number>();

  const effectFault = (event: JournalEvent): string | undefined => {
    switch (event.type) {
      case 'release-committed':
      case 'wave-started':
      case 'task-requested': {
        const { topic, first } = event.effects;
        const expected = next.get(topic) ?? 1;
        next.set(topic, first + effectsIn(event));
        if (first === expected) return undefined;
        return `its effects on ${topic} begin with number ${first}, the next one is ${expected}`;
      }
      case 'effects-published':
      case 'effects-released':
      case 'effects-skipped': {
        const last = (next.get(event.topic) ?? 1) - 1;
        if (event.through <= last) return undefined;
        return `${event.type} names number ${event.through} of ${event.topic}, the last one is ${last}`;
      }
      case 'deployments-cancelled': {
        const last = (next.get(event.topic) ?? 1) - 1;
        const beyond = event.numbers.find(({ through }) => through > last);
        if (beyond === undefined) return undefined;
        return `${event.type} names number ${beyond.through} of ${event.topic}, the last one is ${last}`;
      }
      case 'configs-staged':
      case 'configs-unstaged':
      case 'stage-sets-merged':
      case 'deployment-recorded':
      case 'environments-set':
      case 'api-token-created':
      case 'api-token-revoked':
      case 'webhook-subscriptions-set':
      case 'webhook-subscriptions-deleted':
      case 'documents-switched':
      case 'task-recorded':
      case 'plan-recorded':
      case 'drift-recorded':
      case 'functions-imported':
      case 'approval-requested':
      case 'approval-given':
      case 'approval-rejected':
      case 'approval-withdrawn':
      case 'environment-frozen':
      case 'environment-unfrozen':
      case 'artifact-rejected':
      case 'artifact-allowed':
      case 'release-rejected':
      case 'release-allowed':
        return undefined;
    }
  };

  return {
    take(record) {
      const { position } = record;
      const [invalid] = validRecord(record);
      if (invalid !== undefined) {
        const detail = `position ${position} does not match schemas/messages/record.json: ${invalid.pointer ?? ''} ${invalid.detail}`;
        onFault({ kind: 'schema', position, detail });
        // Nothing else can be relied on in it.
        return;
      }
      if (record.time < time)
        onFault({
          kind: 'time',
          position,
          detail: `position ${position} is of ${record.time}, the one before of ${time}`,
        });
      time = record.time;
      for (const event of record.events) {
        const fault = effectFault(event);
        if (fault !== undefined)
          onFault({ kind: 'effects', position, detail: `position ${position}: ${fault}` });
      }
    },
  };
}

/** How many effects an event numbers. */
function effectsIn(event: ReleaseCommitted | WaveStarted | TaskRequested): number {
  switch (event.type) {
    case 'release-committed':
      return firstWave(event);
    case 'wave-started':
      return event.count;
    case 'task-requested':
      return event.effects.count;
  }
}
