import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { releaseId } from '../core/ids.js';
import type { AllowReleaseParams, ReleaseAllowed } from '../core/types.js';
import { loadContents, type Contents } from './shared/release-contents.js';
import { unknownRelease } from './shared/refusals.js';

/** Takes the rejection of a release back. Contents that another rejected release has too stay rejected. */
export const allowRelease = defineCommand<AllowReleaseParams, Contents>({
  name: 'allow-release',
  summary: 'Lets the contents of a rejected release be committed and returned to again.',
  schema: 'allow-release.json',
  kind: 'change',
  role: 'operator',
  refusals: ['UNKNOWN_RELEASE', 'NOT_REJECTED'],

  load: (load, params, meta) => loadContents(load, params, meta),

  decide({ ref, release, entries }, { note }) {
    if (release === undefined) return unknownRelease(ref);
    const { environment, release: number } = ref;
    if (release.rejected === undefined) {
      const detail = `Release ${environment}/${number} is not rejected.`;
      return rejectAt('/params/release', 'NOT_REJECTED', detail);
    }
    const why = note === undefined ? {} : { note };
    const event: ReleaseAllowed = { type: 'release-allowed', ...ref, entries, ...why };
    const contents = entries.length;
    return accept([event], { environment, release: number, document: releaseId(ref), contents });
  },
});
