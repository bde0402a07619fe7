import { contentId, functionId } from '../../core/ids.js';
import { own } from '../../core/own.js';
import type { FunctionDocument, Success, WorkloadType } from '../../core/types.js';
import type { DocumentReads, PositionedDocument } from '../../ports/reads.js';
import { documentOf } from '../look-up.js';
import type { Fields } from '../fields.js';

/** What an environment is to have of a function, since it was deployed last. */
export interface AppliedFunction {
  readonly function: string;
  readonly workload: WorkloadType;
  readonly last: Success & { readonly contentHash: string };
  /** With its patches. */
  readonly content: Fields;
}

export interface AppliedScope {
  readonly project: string;
  readonly environment: string;
  /** Fingerprint of the target. */
  readonly fingerprint: string;
  /** Only these. */
  readonly names?: readonly string[] | undefined;
  /** Documents at this position, or later. */
  readonly after: number;
}

const PAGE = 200;

/** A project's functions that are deployed on that target, page by page; those that a release changes right now are left out. */
export async function* appliedFunctions(
  reads: DocumentReads,
  scope: AppliedScope,
): AsyncGenerator<AppliedFunction[]> {
  for await (const page of functionPages(reads, scope)) {
    const found = page.flatMap(({ document }) => {
      const last = document.kind === 'function' ? settledIn(document, scope) : undefined;
      return last === undefined ? [] : [{ document: document as FunctionDocument, last }];
    });
    const contents = await reads.getMany([...new Set(found.map(({ last }) => contentId(last.contentHash)))]);
    yield found.flatMap(({ document, last }): AppliedFunction[] => {
      const content = documentOf(contents, contentId(last.contentHash), 'content')?.config;
      return content === undefined
        ? []
        : [{ function: document.function, workload: document.workload, last, content }];
    });
  }
}

async function* functionPages(
  reads: DocumentReads,
  { names, after }: AppliedScope,
): AsyncGenerator<PositionedDocument[]> {
  if (names !== undefined) {
    for (let index = 0; index < names.length; index += PAGE) {
      const ids = names.slice(index, index + PAGE).map(functionId);
      yield [...(await reads.getMany(ids, { after })).values()];
    }
    return;
  }
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page = await reads.page({ prefix: 'function:', limit: PAGE, ...from }, { after });
    yield page.documents;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

function settledIn(
  document: FunctionDocument,
  { project, environment, fingerprint }: AppliedScope,
): AppliedFunction['last'] | undefined {
  const entry = own(document.environments, environment);
  const last = entry?.succeeded;
  if (document.project !== project || last === undefined || entry?.state === 'committed') return undefined;
  const { contentHash, operation, target } = last;
  if (operation !== 'apply' || target !== fingerprint || contentHash === null) return undefined;
  return { ...last, contentHash };
}
