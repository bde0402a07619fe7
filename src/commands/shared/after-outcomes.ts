import { cutText } from '../../core/cut-text.js';
import type { Meta } from '../../core/decision.js';
import { begunOf } from '../../core/release-waves.js';
import type { DeploymentRecorded, JournalEvent, RecordedResult, ReleaseDocument } from '../../core/types.js';
import { cancelled } from './cancelling.js';
import { nextWave, type Step } from './next-wave.js';
import type { Seen } from './read.js';
import { undo, type Undoing } from './undo-failed.js';

/** Outcomes that were told, and what is known of their release. */
export interface Outcomes {
  readonly event: DeploymentRecorded;
  readonly fresh: ReadonlyMap<string, RecordedResult>;
  readonly release: ReleaseDocument;
  readonly seen: Seen;
  /** Undefined where there is no such environment any more. */
  readonly undoing: Undoing | undefined;
  readonly meta: Meta;
}

/** Of a record: outcomes must find room in it besides. */
const MAX_UNDOING_BYTES = 400 * 1024;

/** What follows from outcomes besides themselves. */
export function afterOutcomes(
  then: Step['then'],
  { event, fresh, release, seen, undoing, meta }: Outcomes,
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
      const undone =
        undoing === undefined
          ? { why: `${release.environment} is no environment any more` }
          : undo(undoing, { release, results: fresh, seen, meta });
      const begun = begunOf(release);
      const later = (undoing?.deployments ?? []).filter(({ index }) => index >= begun);
      const ended =
        later.length === 0
          ? []
          : [
              cancelled({
                release: { ...release, counts: event.counts },
                deployments: later.filter(({ state }) => state === 'committed'),
                effects: undefined,
                topic: meta.deploymentsTopic,
                reason: 'A function of an earlier wave failed, and the release is rolled back on failure.',
              }),
            ];
      const told = ended.map(({ state }) => ({ state }))[0] ?? {};
      const bytes = 'why' in undone ? 0 : Buffer.byteLength(JSON.stringify([...ended, undone.event]));
      if ('why' in undone || bytes > MAX_UNDOING_BYTES) {
        const why = 'why' in undone ? undone.why : 'it would not fit into one record; roll back by hand';
        const notRolledBack = cutText(why, 1_000);
        return { event: { ...event, notRolledBack }, events: ended, told: { ...told, notRolledBack } };
      }
      return { events: [...ended, undone.event], told: { ...told, rollback: undone.told } };
    }
  }
}
