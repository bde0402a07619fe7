import { accept, defineCommand } from '../core/decision.js';
import { approvalId } from '../core/ids.js';
import type { ApprovalRejected, RejectParams } from '../core/types.js';
import { loadApproval, personOf, type ApprovalState } from './shared/approvals.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { maySpeak, openApproval } from './shared/open-approval.js';

/** Whoever may approve may also say no, as long as nothing was committed; then it has to be asked for anew. */
export const reject = defineCommand<RejectParams, ApprovalState>({
  name: 'reject',
  summary: "Rejects what somebody asked to commit; for the roles of the environment's policy.",
  schema: 'reject.json',
  kind: 'change',
  // As with `approve`.
  role: 'viewer',
  refusals: ['UNKNOWN_NAME', 'APPROVAL_NOT_REQUIRED', 'NO_APPROVAL_OPEN', 'DENIED'],

  load: (load, params, meta) => loadApproval(load, { ...params, names: [] }, meta),

  decide(state, { environment, stageSet = DEFAULT_STAGE_SET, reason }, meta) {
    const { project } = meta;
    const opened = openApproval(state, { environment, stageSet });
    if (opened.refused !== undefined) return opened.refused;
    const denied = maySpeak(meta, opened.policy, environment);
    if (denied !== undefined) return denied;
    const { contentHash } = opened.approval;
    const by = personOf(meta.actor);
    const ref = { project, environment, stageSet };
    const event: ApprovalRejected = { type: 'approval-rejected', ...ref, contentHash, by, reason };
    return accept([event], { environment, stageSet, document: approvalId(ref), state: 'rejected' });
  },
});
