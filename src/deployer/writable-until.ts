import { AppError } from '../errors.js';
import type { ClusterAnswer, Functions } from '../ports/functions.js';

/**
 * The same cluster, to which nothing is written once the signal is aborted: someone else may have been given the work by
 * then. Such a request rejects with CLOSED.
 */
export function writableUntil(functions: Functions, signal: AbortSignal): Functions {
  const write = async (request: () => Promise<ClusterAnswer>): Promise<ClusterAnswer> => {
    if (signal.aborted)
      throw new AppError('CLOSED', "The work may be another deployer's by now; it comes again.");
    return request();
  };
  return {
    kind: functions.kind,
    get: (ref) => functions.get(ref),
    create: (upsert) => write(() => functions.create(upsert)),
    update: (upsert) => write(() => functions.update(upsert)),
    delete: (ref) => write(() => functions.delete(ref)),
    status: (ref) => functions.status(ref),
    list: (place) => functions.list(place),
    start: (ref) => write(() => functions.start(ref)),
    stop: (ref) => write(() => functions.stop(ref)),
    restart: (ref) => write(() => functions.restart(ref)),
    packageDigest: (ref) => functions.packageDigest(ref),
    close: () => functions.close(),
  };
}
