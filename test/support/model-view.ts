import type { AnyDocument, ContentDocument } from '../../src/core/types.js';
import { present, proof, summary, type Content, type Model } from './model-state.js';

/** What people see of the product, in words that documents and model can both be put into. */
export interface View {
  readonly environments: readonly string[];
  /** By `<project>/<set>`. */
  readonly sets: Readonly<Record<string, unknown>>;
  readonly owners: Readonly<Record<string, string>>;
  /** By environment: what each function is there today. */
  readonly present: Readonly<Record<string, unknown>>;
  readonly releases: Readonly<Record<string, unknown>>;
  /** By environment: contents that count as proven there today, with the package. */
  readonly proven: readonly string[];
  /** Contents that a rollback took out, where and by which record. */
  readonly held: readonly string[];
}

/** The name that the test gave a config: its function and version, and what it patches. */
export function contentName(config: Readonly<Record<string, unknown>>): string {
  const { name, parallelism, type, environments = {} } = config;
  return [
    `${String(name)}@${String(parallelism)}!${String(type)}`,
    ...Object.keys(environments as object).sort(),
  ].join('+');
}

type Documents = ReadonlyMap<string, AnyDocument>;

function kind<Kind extends AnyDocument['kind']>(
  documents: Documents,
  wanted: Kind,
): Extract<AnyDocument, { kind: Kind }>[] {
  const is = (document: AnyDocument): document is Extract<AnyDocument, { kind: Kind }> =>
    document.kind === wanted;
  return [...documents.values()].filter(is);
}

/** The documents as a view. Hashes become the names of their contents, which must be there. */
export function viewOfDocuments(documents: Documents): View {
  const contents = new Map(kind(documents, 'content').map((one: ContentDocument) => [one.hash, one.config]));
  const named = (hash: string | null): Content => {
    if (hash === null) return null;
    const config = contents.get(hash);
    if (config === undefined) throw new Error(`content ${hash} is named and missing`);
    return contentName(config);
  };
  const environments = kind(documents, 'environment').sort((one, other) => one.order - other.order);
  const targetOf = (name: string): string | undefined =>
    environments.find(({ environment }) => environment === name)?.target.fingerprint;
  const functions = kind(documents, 'function');
  const deployments = kind(documents, 'deployment');
  return {
    environments: environments.map(
      ({ environment, target }) => `${environment} ${target.adminUrl ?? target.kind}`,
    ),
    sets: Object.fromEntries(
      kind(documents, 'stage-set').map(({ project, stageSet, state, mergedInto, counts }) => [
        `${project}/${stageSet}`,
        {
          mergedInto: state === 'closed' ? mergedInto : undefined,
          counts,
          entries: Object.fromEntries(
            kind(documents, 'staged')
              .filter((entry) => entry.project === project && entry.stageSet === stageSet)
              .map(({ function: name, contentHash, workload, stagedAt }) => [
                name,
                [named(contentHash), workload, stagedAt],
              ]),
          ),
        },
      ]),
    ),
    owners: Object.fromEntries(
      functions.map(({ function: name, project, workload }) => [name, `${project} ${workload}`]),
    ),
    present: Object.fromEntries(
      environments.map(({ environment, target }) => [
        environment,
        Object.fromEntries(
          functions.flatMap(({ function: name, environments: has }) => {
            const now = Object.hasOwn(has, environment) ? has[environment] : undefined;
            if (now?.target.fingerprint !== target.fingerprint) return [];
            return [[name, [now.release, named(now.contentHash), now.state]]];
          }),
        ),
      ]),
    ),
    releases: Object.fromEntries(
      kind(documents, 'release').map((release) => [
        `${release.project}/${release.environment}/${release.release}`,
        {
          kind: release.releaseKind,
          state: release.state,
          counts: release.counts,
          of: release.of,
          stageSet: release.stageSet,
          toRelease: release.toRelease,
          deployments: Object.fromEntries(
            deployments
              .filter(
                ({ project, environment, release: number }) =>
                  project === release.project &&
                  environment === release.environment &&
                  number === release.release,
              )
              .map(({ function: name, contentHash, state, requiredPackage, packageSha256 }) => [
                name,
                [named(contentHash), state, requiredPackage, packageSha256],
              ]),
          ),
        },
      ]),
    ),
    proven: kind(documents, 'proof')
      .flatMap(({ project, function: name, contentHash, proven }) =>
        Object.entries(proven).flatMap(([environment, made]) => {
          const owner = functions.find(({ function: of }) => of === name);
          if (made === undefined || owner?.project !== project) return [];
          const held = new Map(Object.entries(new Map(Object.entries(owner.held)).get(contentHash) ?? {}));
          const lost = Math.max(owner.since, held.get(environment) ?? 0);
          return made.target === targetOf(environment) && made.committed > lost
            ? [[environment, name, named(contentHash), made.release, made.packageSha256].join(' ')]
            : [];
        }),
      )
      .sort(),
    held: functions
      .flatMap(({ function: name, held }) =>
        Object.entries(held).flatMap(([hash, places]) =>
          Object.entries(places ?? {}).map(
            ([environment, position]) => `${name} ${named(hash) ?? ''} ${environment} ${position}`,
          ),
        ),
      )
      .sort(),
  };
}

/** The model as a view. */
export function viewOfModel(model: Model): View {
  const contents = new Set(
    model.releases.flatMap(({ deployments }) =>
      [...deployments].flatMap(([name, { content }]) => (content === null ? [] : [`${name} ${content}`])),
    ),
  );
  return {
    environments: model.environments.map(({ name, target }) => `${name} ${target}`),
    sets: Object.fromEntries(
      [...model.sets].map(([key, { mergedInto, entries }]) => {
        const all = [...entries.values()];
        return [
          key,
          {
            mergedInto,
            counts: {
              apply: all.filter(({ content }) => content !== null).length,
              delete: all.filter(({ content }) => content === null).length,
            },
            entries: Object.fromEntries(
              [...entries].map(([name, { content, workload, stagedAt }]) => [
                name,
                [content, workload, stagedAt],
              ]),
            ),
          },
        ];
      }),
    ),
    owners: Object.fromEntries(
      [...model.owners].map(([name, { project, workload }]) => [name, `${project} ${workload}`]),
    ),
    present: Object.fromEntries(
      model.environments.map((environment) => [
        environment.name,
        Object.fromEntries(
          [...model.owners.keys()].flatMap((name) => {
            const now = present(model, name, environment);
            return now === undefined ? [] : [[name, [now.release.number, now.content, now.state]]];
          }),
        ),
      ]),
    ),
    releases: Object.fromEntries(
      model.releases.map((release) => [
        `${release.project}/${release.environment}/${release.number}`,
        {
          kind: release.kind,
          ...summary(release),
          of: release.deployments.size,
          stageSet: release.stageSet,
          toRelease: release.toRelease,
          deployments: Object.fromEntries(
            [...release.deployments].map(([name, { content, state, required, sent }]) => [
              name,
              [content, state, required, sent],
            ]),
          ),
        },
      ]),
    ),
    proven: model.environments
      .flatMap((environment) =>
        [...contents].flatMap((key) => {
          const [name = '', content = ''] = key.split(' ');
          const found = proof(model, { name, content, environment });
          return found === undefined
            ? []
            : [[environment.name, name, content, found.release.number, found.sent].join(' ')];
        }),
      )
      .sort(),
    held: [...model.holds]
      .filter(([key, position]) => position > (model.owners.get(key.split(' ')[0] ?? '')?.since ?? Infinity))
      .map(([key, position]) => `${key} ${position}`)
      .sort(),
  };
}
