import { peopleAmong, peopleOf } from '../core/authorise.js';
import { accept, defineCommand, reject, rejectAt } from '../core/decision.js';
import { approvalId } from '../core/ids.js';
import type { ApprovalGiven, ApproveParams } from '../core/types.js';
import {
  authorsOf,
  countingVotes,
  loadApproval,
  localHint,
  nextCommand,
  personOf,
  shares,
  subjectOf,
  type ApprovalState,
} from './shared/approvals.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { maySpeak, openApproval } from './shared/open-approval.js';

/** One person's vote for what he was shown. Who is behind an API token is that person. */
export const approve = defineCommand<ApproveParams, ApprovalState>({
  name: 'approve',
  summary: "Approves what somebody asked to commit, by its hash; for the roles of the environment's policy.",
  schema: 'approve.json',
  kind: 'change',
  // The policy of the environment names the roles, of which decide asks.
  role: 'viewer',
  refusals: [
    'UNKNOWN_NAME',
    'APPROVAL_NOT_REQUIRED',
    'NO_APPROVAL_OPEN',
    'DENIED',
    'APPROVAL_VOID',
    'PLAN_MISSING',
    'FOUR_EYES',
    'ALREADY_APPROVED',
  ],

  load: (load, params, meta) => loadApproval(load, { ...params, names: 'as-requested' }, meta),

  decide(state, params, meta) {
    const { environment, stageSet = DEFAULT_STAGE_SET, note } = params;
    const { project, actor } = meta;
    const opened = openApproval(state, { environment, stageSet });
    if (opened.refused !== undefined) return opened.refused;
    const { here, policy, approval } = opened;
    const denied = maySpeak(meta, policy, environment);
    if (denied !== undefined) return denied;
    const { entries, seen } = state;
    const { contentHash } = approval;
    const { acceptDifferences, force } = approval;
    const subject = subjectOf({ environment: here, stageSet, entries, acceptDifferences, force }, seen, meta);
    const asked = { environment, stageSet };
    if (params.contentHash !== contentHash) {
      const detail = `The request is about ${contentHash}, not about what was looked at; look at ${approvalId({ project, ...asked })} and its plan, and approve that hash.`;
      return rejectAt('/params/contentHash', 'APPROVAL_VOID', detail);
    }
    if (subject.contentHash === undefined && subject.entries === approval.entries) {
      const again = nextCommand('plan', asked);
      const detail = `No complete plan is about exactly these entries any more; ${again}, and approve when it is done.`;
      return rejectAt('/params/stageSet', 'PLAN_MISSING', detail);
    }
    if (subject.contentHash !== contentHash) {
      const again = nextCommand('request-approval', asked);
      const detail = `The entries, or what a plan says of them, have changed since the request of ${approval.requestedAt}; ${again}.`;
      return rejectAt('/params/contentHash', 'APPROVAL_VOID', detail);
    }
    const authors = authorsOf(entries);
    const person = personOf(actor);
    if (policy.fourEyes && shares(person, authors)) {
      const own = peopleOf(actor).filter((name) => authors.includes(name));
      const detail = `${own.map((name) => `"${name}"`).join(', ')} staged an entry of it, and ${environment} wants somebody else to approve${localHint(authors)}.`;
      return reject('FOUR_EYES', detail);
    }
    const voted = approval.votes.find((vote) => shares(person, peopleOf(vote)));
    if (voted !== undefined) {
      const who = voted.name === actor.name ? '' : `, as "${voted.name}"`;
      const detail = `"${actor.name}" has approved it at ${voted.at}${who}; each person counts once.`;
      return reject('ALREADY_APPROVED', detail);
    }
    const votes = countingVotes(approval, entries, policy);
    const given = votes.length + 1;
    const event: ApprovalGiven = {
      type: 'approval-given',
      project,
      environment,
      stageSet,
      contentHash,
      by: person,
      state: given >= policy.required ? 'approved' : 'open',
      ...(note === undefined ? {} : { note }),
    };
    return accept([event], {
      ...asked,
      document: approvalId({ project, ...asked }),
      state: event.state,
      votes: given,
      required: policy.required,
      approvers: peopleAmong(
        votes.map(({ name }) => name),
        [actor.name],
      ),
    });
  },
});
