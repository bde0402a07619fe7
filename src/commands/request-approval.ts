import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { approvalId } from '../core/ids.js';
import type { ApprovalRequested, RequestApprovalParams } from '../core/types.js';
import {
  authorsOf,
  loadApproval,
  nextCommand,
  personOf,
  putAside,
  subjectOf,
  type ApprovalState,
} from './shared/approvals.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { notRequired } from './shared/open-approval.js';
import { refuse, unknownEnvironment, type Refusal } from './shared/refusals.js';

/** Asks others to approve a commit. It takes the place of the request before, if there is one. */
export const requestApproval = defineCommand<RequestApprovalParams, ApprovalState>({
  name: 'request-approval',
  summary: 'Asks others to approve the commit of staged entries, as the newest plan describes it.',
  schema: 'request-approval.json',
  kind: 'change',
  role: 'developer',
  refusals: ['UNKNOWN_NAME', 'APPROVAL_NOT_REQUIRED', 'STAGE_SET_EMPTY', 'PLAN_MISSING', 'ALREADY_REQUESTED'],

  load: (load, params, meta) => loadApproval(load, params, meta),

  decide({ here, known, approval, entries, seen }, params, meta) {
    const { environment, stageSet = DEFAULT_STAGE_SET, names, note } = params;
    const { project } = meta;
    if (here === undefined) {
      const unknown = unknownEnvironment(environment, known, '/params/environment');
      return refuse([unknown], []) ?? accept([], {});
    }
    if (here.approvals === undefined) return notRequired(environment);
    const there = new Map(entries.map((entry) => [entry.function, entry]));
    const unknown = (['names', 'acceptDifferences'] as const).flatMap((field) =>
      (params[field] ?? []).flatMap((name, index): Refusal[] => {
        const detail = `is not in stage set "${stageSet}"`;
        return there.has(name)
          ? []
          : [{ pointer: `/params/${field}/${index}`, name, code: 'UNKNOWN_NAME', detail }];
      }),
    );
    const refused = refuse(unknown, []);
    if (refused !== undefined) return refused;
    if (entries.length === 0)
      return rejectAt(
        '/params/stageSet',
        'STAGE_SET_EMPTY',
        `Stage set "${stageSet}" of project "${project}" holds no entries; stage something first.`,
      );
    const aside = putAside(params);
    const subject = subjectOf({ environment: here, stageSet, entries, ...aside }, seen, meta);
    const { plan, contentHash } = subject;
    if (plan === undefined || contentHash === undefined) {
      const next = nextCommand('plan', { environment, stageSet, ...(names === undefined ? {} : { names }) });
      const detail = `No complete plan is about exactly these entries and the target of ${environment}, and nobody can approve what he cannot see; ${next} and ask again when it is done.`;
      return rejectAt('/params/stageSet', 'PLAN_MISSING', detail);
    }
    const isOpen = approval?.state === 'open' || approval?.state === 'approved';
    if (isOpen && approval.contentHash === contentHash) {
      const detail = `${approval.requestedBy.name} has asked for it at ${approval.requestedAt}, and ${approval.votes.length} of ${here.approvals.required} have approved.`;
      return rejectAt('/params/stageSet', 'ALREADY_REQUESTED', detail);
    }
    const event: ApprovalRequested = {
      type: 'approval-requested',
      project,
      environment,
      stageSet,
      contentHash,
      entries: subject.entries,
      plan: plan.task,
      functions: entries.length,
      ...(names === undefined ? {} : { names }),
      ...aside,
      by: personOf(meta.actor),
      ...(note === undefined ? {} : { note }),
    };
    const { required, fourEyes } = here.approvals;
    return accept([event], {
      environment,
      stageSet,
      document: approvalId({ project, environment, stageSet }),
      contentHash,
      functions: entries.length,
      required,
      mayNot: fourEyes ? authorsOf(entries).slice(0, 100) : [],
    });
  },
});
