import type { Load, LoadRange, SeenDocument } from '../../core/decision.js';
import { inEnvironment } from '../../core/function-state.js';
import type { AnyDocument, Bases, EnvironmentDocument, FunctionDocument } from '../../core/types.js';

/** Documents read at a time. */
const PAGE = 1_000;

/** Documents that a decision has read, by id. */
export type Seen = ReadonlyMap<string, SeenDocument>;

type OfKind<Kind extends AnyDocument['kind']> = Extract<AnyDocument, { kind: Kind }>;

/** The document of this id, if there is one of this kind. */
export function seenAs<Kind extends AnyDocument['kind']>(
  seen: Seen,
  id: string,
  kind: Kind,
): OfKind<Kind> | undefined {
  const document = seen.get(id)?.document;
  return document?.kind === kind ? (document as OfKind<Kind>) : undefined;
}

/** All documents of one kind in a range, page by page. */
export async function* scan<Kind extends AnyDocument['kind']>(
  load: Load,
  range: Omit<LoadRange, 'limit'> & { readonly prefix: string; readonly pageSize?: number },
  kind: Kind,
): AsyncGenerator<OfKind<Kind>> {
  const { prefix, pageSize = PAGE, ...bounds } = range;
  for (let options = bounds; ;) {
    const page = await load.range(prefix, { ...options, limit: pageSize });
    for (const { document } of page) if (document.kind === kind) yield document as OfKind<Kind>;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    options = bounds.descending === true ? { ...bounds, before: last.id } : { ...bounds, after: last.id };
  }
}

/** The environments in force, in promotion order. */
export async function loadEnvironments(load: Load): Promise<EnvironmentDocument[]> {
  const environments: EnvironmentDocument[] = [];
  for await (const document of scan(load, { prefix: 'environment:' }, 'environment'))
    environments.push(document);
  return environments.sort((left, right) => left.order - right.order);
}

/** For each environment the release that last changed the function there. */
export function basesOf(
  document: FunctionDocument | undefined,
  environments: readonly EnvironmentDocument[],
): Bases {
  return Object.fromEntries(
    environments.map((environment) => [
      environment.environment,
      inEnvironment(document, environment)?.release ?? 0,
    ]),
  );
}
