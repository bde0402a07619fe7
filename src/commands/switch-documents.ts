import { accept, defineCommand } from '../core/decision.js';
import type { DocumentsSwitched, SwitchDocumentsParams } from '../core/types.js';

/**
 * Lets the writer go on with another database of documents: a rebuild's last step. Whether that database is there and fits
 * is not for a decision to know; the writer looks when it opens it, and goes on with the one that it has if it does not.
 */
export const switchDocuments = defineCommand<SwitchDocumentsParams, undefined>({
  name: 'switch-documents',
  summary: 'Lets the writer go on with another database of documents; stageline rebuild sends it.',
  schema: 'switch-documents.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: [],

  load: async () => undefined,

  decide(_state, { database }, { project }) {
    const event: DocumentsSwitched = { type: 'documents-switched', project, database };
    return accept([event], { database });
  },
});
