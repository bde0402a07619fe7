import { cutText } from '../../core/cut-text.js';
import type { Meta } from '../../core/decision.js';
import { begunOf } from '../../core/release-waves.js';
import type {
  DeploymentRecorded,
  DeploymentsCancelled,
  JournalEvent,
  RecordedResult,
  ReleaseDocument,
} from '../../core/types.js';
import { cancelled } from './cancelling.js';
import { nextWave, type Step } from './next-wave.js';
import type { Seen } from './read.js';
import { bytesOf } from './record-room.js';
import { undo, type Undoing, type Undone } from './undo-failed.js';

/** Outcomes that were told, and what is known of their release. */
export interface Outcomes {
  readonly event: DeploymentRecorded;
  readonly fresh: ReadonlyMap<string, RecordedResult>;
  readonly release: ReleaseDocument;
  readonly seen: Seen;
  /** Read where these outcomes may be the last ones. */
  readonly undoing: Undoing | undefined;
  /** Bytes that are left in the record: the outcomes go before all that follows from them. */
  readonly room: number;
  readonly meta: Meta;
}

/** What follows from outcomes besides themselves. */
export function afterOutcomes(
  then: Step['then'],
  { event, fresh, release, seen, undoing, room, meta }: Outcomes,
): {
  readonly event?: DeploymentRecorded;
  readonly events: readonly JournalEvent[];
  readonly told: Record<string, unknown>;
} {
  switch (then) {
    case 'waits':
      return { events: [], told: {} };
    case 'begins': {
      const wave = nextWave(release, seen, meta);
      return wave === undefined ? { events: [], told: {} } : { events: [wave], told: { wave: wave.wave } };
    }
    case 'rolls-back': {
      const ended = laterOnes(undoing, { event, release, room, meta });
      const told = ended.map(({ state }) => ({ state }))[0] ?? {};
      const undone =
        undoing === undefined
          ? { why: 'nothing is known of it' }
          : within(room - bytesOf(...ended), undo(undoing, { release, results: fresh, seen, meta }));
      if ('why' in undone) {
        const notRolledBack = cutText(undone.why, 1_000);
        return { event: { ...event, notRolledBack }, events: ended, told: { ...told, notRolledBack } };
      }
      return { events: [...ended, undone.event], told: { ...told, rollback: undone.told } };
    }
  }
}

/** The waves that never begin. */
function laterOnes(
  undoing: Undoing | undefined,
  { event, release, room, meta }: Pick<Outcomes, 'event' | 'release' | 'room' | 'meta'>,
): DeploymentsCancelled[] {
  const begun = begunOf(release);
  const later = (undoing?.deployments ?? []).filter(
    ({ index, state }) => index >= begun && state === 'committed',
  );
  if (later.length === 0) return [];
  return [
    cancelled({
      release: { ...release, counts: event.counts },
      deployments: later,
      effects: undefined,
      topic: meta.deploymentsTopic,
      reason: 'A function of an earlier wave failed, and the release is rolled back on failure.',
      room,
    }),
  ];
}

/** Outcomes are recorded whatever follows from them: a rollback that the record has no room for is left to a person. */
function within(room: number, undone: Undone): Undone {
  if ('why' in undone || bytesOf(undone.event, undone.told) <= room) return undone;
  const { entries, toRelease = 0 } = undone.event;
  return {
    why: `the rollback of ${entries.length} functions is too large for one record; roll back to release ${toRelease} by hand, with names`,
  };
}
