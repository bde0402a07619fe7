import type { AuditRange } from './audit-cursor.js';
import type { Load } from './decision.js';
import { auditId } from './ids.js';

/** Positions looked at in one request: a million records take five. */
const PROBES = 16;

/**
 * Where a time stands in the log, whose times never go backwards: everything up to `after` is before that time, everything
 * from `before` on is at it or later. They are neighbours, unless documents are missing.
 */
export async function searchTime(load: Load, range: AuditRange, time: string): Promise<AuditRange> {
  let { after, before } = range;
  while (before - after > 1) {
    const probes = probesBetween(after, before);
    const seen = await load.get(probes.map(auditId));
    let found = false;
    for (const probe of probes) {
      const document = seen.get(auditId(probe))?.document;
      if (document?.kind !== 'audit') continue;
      found = true;
      if (document.time < time) {
        after = probe;
      } else {
        before = probe;
        break;
      }
    }
    if (!found) break;
  }
  return { after, before };
}

/** Positions strictly between, evenly apart, in order. */
function probesBetween(after: number, before: number): number[] {
  const count = Math.min(PROBES, before - after - 1);
  const step = (before - after) / (count + 1);
  return Array.from({ length: count }, (_, index) => Math.floor(after + step * (index + 1)));
}
