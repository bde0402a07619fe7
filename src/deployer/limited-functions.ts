import { hasCode } from '../errors.js';
import type { ClusterAnswer, Functions, Upsert } from '../ports/functions.js';
import type { Limiter, RequestKind, Strain, StrainOf } from './limiter.js';

/** The same cluster, asked no faster than the limiter allows. */
export function limitFunctions(functions: Functions, limiter: Limiter): Functions {
  const ask = (kind: RequestKind, request: () => Promise<ClusterAnswer>): Promise<ClusterAnswer> =>
    limiter.run(kind, request, STRAIN);
  const kindOf = ({ data, url }: Upsert): RequestKind =>
    data === undefined && url === undefined ? 'write' : 'package';

  return {
    kind: functions.kind,
    get: (ref) => ask('read', () => functions.get(ref)),
    create: (upsert) => ask(kindOf(upsert), () => functions.create(upsert)),
    update: (upsert) => ask(kindOf(upsert), () => functions.update(upsert)),
    delete: (ref) => ask('write', () => functions.delete(ref)),
    status: (ref) => ask('read', () => functions.status(ref)),
    list: (place) => ask('read', () => functions.list(place)),
    start: (ref) => ask('write', () => functions.start(ref)),
    stop: (ref) => ask('write', () => functions.stop(ref)),
    restart: (ref) => ask('write', () => functions.restart(ref)),
    packageDigest: (ref) => ask('package', () => functions.packageDigest(ref)),
    close: () => functions.close(),
  };
}

const STRAIN: StrainOf<ClusterAnswer> = {
  /** A worker that got stuck answers a creation with 500, an update with 400. */
  result({ status, reason }): Strain {
    if (reason.includes('TimeoutException')) return 'stuck';
    if (status === 503 || status === 429) return 'busy';
    return status >= 500 ? 'stuck' : 'none';
  },
  error: strainOfError,
};

/** What was never sent, for want of a token, says nothing about the cluster. */
export function strainOfError(error: unknown): Strain {
  return hasCode(error, 'CLUSTER_UNREACHABLE') ? 'stuck' : 'none';
}
