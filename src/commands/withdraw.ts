import { peopleOf } from '../core/authorise.js';
import { accept, defineCommand, reject } from '../core/decision.js';
import { approvalId } from '../core/ids.js';
import { holds } from '../core/roles.js';
import type { ApprovalWithdrawn, WithdrawParams } from '../core/types.js';
import { loadApproval, personOf, shares, type ApprovalState } from './shared/approvals.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { openApproval } from './shared/open-approval.js';

/** Takes a request back, approved or not, as long as nothing was committed with it. */
export const withdraw = defineCommand<WithdrawParams, ApprovalState>({
  name: 'withdraw',
  summary: 'Takes back a request for approval; for whoever made it, and admins.',
  schema: 'withdraw.json',
  kind: 'change',
  role: 'developer',
  refusals: ['UNKNOWN_NAME', 'APPROVAL_NOT_REQUIRED', 'NO_APPROVAL_OPEN', 'DENIED'],

  load: (load, params, meta) => loadApproval(load, { ...params, names: [] }, meta),

  decide(state, { environment, stageSet = DEFAULT_STAGE_SET, note }, meta) {
    const { project, actor } = meta;
    const opened = openApproval(state, { environment, stageSet });
    if (opened.refused !== undefined) return opened.refused;
    const { contentHash, requestedBy } = opened.approval;
    if (!shares(personOf(actor), peopleOf(requestedBy)) && !holds(actor.roles, 'admin')) {
      const detail = `"${requestedBy.name}" has asked for it, and only that one and admins take it back; whoever may approve can reject it.`;
      return reject('DENIED', detail);
    }
    const ref = { project, environment, stageSet };
    const event: ApprovalWithdrawn = {
      type: 'approval-withdrawn',
      ...ref,
      contentHash,
      by: personOf(actor),
      ...(note === undefined ? {} : { note }),
    };
    return accept([event], { environment, stageSet, document: approvalId(ref), state: 'withdrawn' });
  },
});
