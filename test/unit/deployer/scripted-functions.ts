import { AppError } from '../../../src/errors.js';
import type { ClusterAnswer, Functions, Upsert, WorkloadRef } from '../../../src/ports/functions.js';

/** One request as it came. */
export interface Asked {
  readonly what:
    | 'get'
    | 'create'
    | 'update'
    | 'delete'
    | 'status'
    | 'list'
    | 'start'
    | 'stop'
    | 'restart'
    | 'packageDigest';
  /** `list` names none: its name is `*`. */
  readonly ref: WorkloadRef;
  readonly upsert?: Upsert;
}

/** An answer, or `cut`: none comes. */
export type Scripted = ClusterAnswer | 'cut' | undefined;

/** A cluster that answers as a script says; where the script has no answer, another cluster does. */
export function scriptFunctions(
  behind: Functions,
  script: (asked: Asked, number: number) => Scripted | Promise<Scripted>,
) {
  const asked: Asked[] = [];
  const ask = async (request: Asked, real: () => Promise<ClusterAnswer>): Promise<ClusterAnswer> => {
    asked.push(request);
    const answer = await script(request, asked.length);
    if (answer === 'cut') throw new AppError('CLUSTER_UNREACHABLE', `${request.what}: socket hang up`);
    return answer ?? real();
  };
  const functions: Functions = {
    kind: behind.kind,
    get: (ref) => ask({ what: 'get', ref }, () => behind.get(ref)),
    create: (upsert) => ask({ what: 'create', ref: upsert.ref, upsert }, () => behind.create(upsert)),
    update: (upsert) => ask({ what: 'update', ref: upsert.ref, upsert }, () => behind.update(upsert)),
    delete: (ref) => ask({ what: 'delete', ref }, () => behind.delete(ref)),
    status: (ref) => ask({ what: 'status', ref }, () => behind.status(ref)),
    list: (place) => ask({ what: 'list', ref: { ...place, name: '*' } }, () => behind.list(place)),
    start: (ref) => ask({ what: 'start', ref }, () => behind.start(ref)),
    stop: (ref) => ask({ what: 'stop', ref }, () => behind.stop(ref)),
    restart: (ref) => ask({ what: 'restart', ref }, () => behind.restart(ref)),
    packageDigest: (ref) => ask({ what: 'packageDigest', ref }, () => behind.packageDigest(ref)),
    close: () => behind.close(),
  };
  return { functions, asked, verbs: () => asked.map(({ what }) => what).join(' ') };
}
