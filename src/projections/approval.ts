import { approvalId } from '../core/ids.js';
import type { FoldContext, Touch } from '../core/projection.js';
import type {
  ApprovalDocument,
  ApprovalGiven,
  ApprovalRejected,
  ApprovalRequested,
  ApprovalWithdrawn,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';

type Part =
  | ApprovalRequested
  | ApprovalGiven
  | ApprovalRejected
  | ApprovalWithdrawn
  /** A release was committed with it. */
  | { readonly type: 'used'; readonly release: number };

/** `approval:<project>:<environment>:<stage set>`: the newest request, its votes, and what became of it. */
export const approval = defineProjection<ApprovalDocument, Part>({
  kind: 'approval',
  touches: (event): Touch<Part>[] => {
    if (
      event.type === 'approval-requested' ||
      event.type === 'approval-given' ||
      event.type === 'approval-rejected' ||
      event.type === 'approval-withdrawn'
    )
      return [[approvalId(event), event]];
    if (event.type !== 'release-committed') return [];
    const { approval: used, stageSet, release } = event;
    if (used === undefined || stageSet === undefined) return [];
    return [[approvalId({ ...event, stageSet }), { type: 'used', release }]];
  },
  apply: (document, part, context) => {
    if (part.type === 'approval-requested') return requested(part, context);
    return document === undefined ? undefined : changed(document, part, context);
  },
});

function requested(event: ApprovalRequested, { time }: FoldContext): ApprovalDocument {
  const { type: _type, by, ...bound } = event;
  return { kind: 'approval', state: 'open', ...bound, requestedBy: by, requestedAt: time, votes: [] };
}

function changed(
  document: ApprovalDocument,
  part: Exclude<Part, ApprovalRequested>,
  { time: at }: FoldContext,
): ApprovalDocument {
  switch (part.type) {
    case 'approval-given': {
      const { by, note, state } = part;
      const vote = { ...by, at, ...(note === undefined ? {} : { note }) };
      return { ...document, state, votes: [...document.votes, vote] };
    }
    case 'approval-rejected':
      return { ...document, state: 'rejected', rejected: { by: part.by.name, at, reason: part.reason } };
    case 'approval-withdrawn': {
      const { by, note: reason } = part;
      const withdrawn = { by: by.name, at, ...(reason === undefined ? {} : { reason }) };
      return { ...document, state: 'withdrawn', withdrawn };
    }
    case 'used':
      return { ...document, state: 'used', release: part.release };
  }
}
