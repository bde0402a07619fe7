import { accept, defineCommand } from '../core/decision.js';
import { releaseId } from '../core/ids.js';
import type { RejectReleaseParams, ReleaseRejected } from '../core/types.js';
import { loadContents, type Contents } from './shared/release-contents.js';
import { unknownRelease } from './shared/refusals.js';

/**
 * A release is known to be bad. What it deployed is held under its content, wherever that is staged; what it deleted is
 * not: to delete is no content. Its waves that have not begun are held.
 */
export const rejectRelease = defineCommand<RejectReleaseParams, Contents>({
  name: 'reject-release',
  summary: 'Says that a release is bad: its contents are not committed and not returned to.',
  schema: 'reject-release.json',
  kind: 'change',
  role: 'operator',
  refusals: ['UNKNOWN_RELEASE'],

  load: (load, params, meta) => loadContents(load, params, meta),

  decide({ ref, release, entries }, { reason }) {
    if (release === undefined) return unknownRelease(ref);
    const event: ReleaseRejected = { type: 'release-rejected', ...ref, reason, entries };
    const { environment, release: number } = ref;
    const contents = entries.length;
    return accept([event], { environment, release: number, document: releaseId(ref), contents });
  },
});
