import type { ClusterAnswer, Functions, Upsert, WorkloadRef } from '../../ports/functions.js';
import { createAdminHttp, type AdminHttpOptions } from './http.js';
import { multipart, type FormPart, type RequestBody } from './multipart.js';

export type PulsarFunctionsOptions = AdminHttpOptions;

/** The functions worker of a real cluster, over Pulsar's REST Admin API v3. */
export function createPulsarFunctions(options: PulsarFunctionsOptions): Functions {
  const http = createAdminHttp(options);

  const upsert = async (method: 'POST' | 'PUT', { ref, ...content }: Upsert): Promise<ClusterAnswer> => {
    const body = form(ref, content);
    const send = (): Promise<ClusterAnswer> => http.request({ method, ...addressOf(ref), body });
    const answer = await send();
    const leftover = leftoverPackage(ref, answer);
    if (leftover === undefined) return answer;
    await http.request({ method: 'DELETE', path: leftover, tenant: ref.tenant });
    return send();
  };

  return {
    kind: 'pulsar',
    get: (ref) => http.request({ method: 'GET', ...addressOf(ref) }),
    create: (content) => upsert('POST', content),
    update: (content) => upsert('PUT', content),
    delete: (ref) => http.request({ method: 'DELETE', ...addressOf(ref) }),
    status: (ref) => http.request({ method: 'GET', ...addressOf(ref, '/status') }),
    async close() {
      http.close();
    },
  };
}

/** Where it is, and whose token opens it. */
function addressOf(
  { type, tenant, namespace, name }: WorkloadRef,
  below = '',
): { readonly path: string; readonly tenant: string } {
  const names = [tenant, namespace, name].map(encodeURIComponent).join('/');
  return { path: `/admin/v3/${type}s/${names}${below}`, tenant };
}

function form(ref: WorkloadRef, { config, data, url }: Omit<Upsert, 'ref'>): RequestBody {
  const parts: FormPart[] = [
    { name: `${ref.type}Config`, contentType: 'application/json', body: Buffer.from(JSON.stringify(config)) },
  ];
  if (url !== undefined) parts.push({ name: 'url', contentType: 'text/plain', body: Buffer.from(url) });
  if (data !== undefined) {
    const { fileName, body } = data;
    parts.push({ name: 'data', contentType: 'application/octet-stream', fileName, body });
  }
  return multipart(parts);
}

/**
 * With package management on (as in standalone), the worker keeps each package it was sent as `function://t/ns/name@version`,
 * leaves it there when the function is deleted, and refuses the next function of that name with a 500 (apache/pulsar
 * #20930). Versions of one life only grow, so the one in the way is from an earlier life, and nothing runs it.
 */
function leftoverPackage(ref: WorkloadRef, answer: ClusterAnswer): string | undefined {
  const { type, tenant, namespace, name } = ref;
  const found = /^Package '(\w+):\/\/([^'@]+)@(\d+)' metadata already exists/.exec(answer.reason);
  if (answer.status !== 500 || found?.[1] !== type || found[2] !== `${tenant}/${namespace}/${name}`)
    return undefined;
  const path = [type, tenant, namespace, name, found[3] ?? ''].map(encodeURIComponent).join('/');
  return `/admin/v3/packages/${path}`;
}
