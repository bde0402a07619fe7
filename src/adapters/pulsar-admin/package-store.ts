import { createHash } from 'node:crypto';
import type { ClusterAnswer, LivePackage, PackageData, WorkloadRef } from '../../ports/functions.js';
import type { AdminHttp } from './http.js';
import { multipart } from './multipart.js';

/** A package may be large. */
const DOWNLOAD_MS = 10 * 60_000;

/** Where a package went: its URL; an answer that ends the deployment; or neither, where the cluster keeps no packages. */
export interface Stored {
  readonly url?: string;
  readonly answer?: ClusterAnswer;
}

/**
 * Packages under the name of the workload that they are for, with their digest as version.
 *
 * An update may not bring its package along where the functions worker keeps packages (as in standalone): it reads the
 * one that it has instead, stores that under the next version, and answers 204 (tried on 4.0.8 with two packages that
 * differ). A package that is stored first and named by its URL is taken.
 */
export function packageStore(http: AdminHttp) {
  return {
    async put(ref: WorkloadRef, { fileName, body }: PackageData): Promise<Stored> {
      const { type, tenant, namespace, name } = ref;
      const sha256 = createHash('sha256').update(body).digest('hex');
      const url = `${type}://${tenant}/${namespace}/${name}@${sha256}`;
      const path = `/admin/v3/packages/${[type, tenant, namespace, name, sha256].map(encodeURIComponent).join('/')}`;
      const form = multipart([
        {
          name: 'metadata',
          contentType: 'application/json',
          body: Buffer.from('{"description":"stageline"}'),
        },
        { name: 'file', contentType: 'application/octet-stream', fileName, body },
      ]);
      const upload = (): Promise<ClusterAnswer> => http.request({ method: 'POST', path, body: form });

      let answer = await upload();
      if (answer.status === 409) {
        // It is there already, unless an upload was cut: then something shorter is.
        if ((await digestOf(http, path)).facts?.sha256 === sha256) return { url };
        await http.request({ method: 'DELETE', path });
        answer = await upload();
      }
      if (answer.status < 300) return { url };
      if (isOff(answer)) return {};
      return { answer: { ...answer, reason: `${answer.reason} (when the package was stored as ${url})` } };
    },
  };
}

/** This cluster keeps no packages: neither does its functions worker, and an update may bring its package along. */
function isOff({ status, reason, body }: ClusterAnswer): boolean {
  return (
    status === 405 || status === 501 || (status === 404 && body === undefined) || /not enabled/i.test(reason)
  );
}

/** Digest and size of what a path leads to, without keeping it. */
export async function digestOf(
  http: AdminHttp,
  path: string,
): Promise<{ readonly answer: ClusterAnswer; readonly facts?: LivePackage }> {
  let hash = createHash('sha256');
  let bytes = 0;
  const consume = (): ((chunk: Buffer) => void) => {
    hash = createHash('sha256');
    bytes = 0;
    return (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
    };
  };
  const answer = await http.request({ method: 'GET', path, consume, timeoutMs: DOWNLOAD_MS });
  return answer.status === 200 ? { answer, facts: { sha256: hash.digest('hex'), bytes } } : { answer };
}
