import type { ClusterAnswer, Functions, Upsert, WorkloadPlace, WorkloadRef } from '../../ports/functions.js';
import { createAdminHttp, type AdminHttp, type AdminHttpOptions } from './http.js';
import { digestOf, packageStore } from './package-store.js';
import { multipart, type FormPart, type RequestBody } from './multipart.js';

export type PulsarFunctionsOptions = AdminHttpOptions;

/** The functions worker of a real cluster, over Pulsar's REST Admin API v3. */
export function createPulsarFunctions(options: PulsarFunctionsOptions): Functions {
  return pulsarFunctions(createAdminHttp(options));
}

/** The same over connections that are there; closing it closes them. */
export function pulsarFunctions(http: AdminHttp): Functions {
  const packages = packageStore(http);

  const upsert = async (method: 'POST' | 'PUT', { ref, ...given }: Upsert): Promise<ClusterAnswer> => {
    let content = given;
    if (method === 'PUT' && given.data !== undefined) {
      const stored = await packages.put(ref, given.data);
      if (stored.answer !== undefined) return stored.answer;
      const { data: _data, ...rest } = given;
      if (stored.url !== undefined) content = { ...rest, url: stored.url };
    }
    const body = form(ref, content);
    const send = (): Promise<ClusterAnswer> => http.request({ method, path: pathOf(ref), body });
    const answer = await send();
    const leftover = leftoverPackage(ref, answer);
    if (leftover === undefined) return answer;
    await http.request({ method: 'DELETE', path: leftover });
    return send();
  };

  const change = (ref: WorkloadRef, verb: string): Promise<ClusterAnswer> =>
    http.request({ method: 'POST', path: `${pathOf(ref)}/${verb}` });

  return {
    kind: 'pulsar',
    get: (ref) => http.request({ method: 'GET', path: pathOf(ref) }),
    create: (content) => upsert('POST', content),
    update: (content) => upsert('PUT', content),
    delete: (ref) => http.request({ method: 'DELETE', path: pathOf(ref) }),
    status: (ref) => http.request({ method: 'GET', path: `${pathOf(ref)}/status` }),
    list: (place) => http.request({ method: 'GET', path: placeOf(place) }),
    start: (ref) => change(ref, 'start'),
    stop: (ref) => change(ref, 'stop'),
    restart: (ref) => change(ref, 'restart'),
    // Sources and sinks have no download of their own; that of functions gives theirs too (tried on 4.0.8).
    async packageDigest(ref) {
      const { answer, facts } = await digestOf(http, `${pathOf({ ...ref, type: 'function' })}/download`);
      return facts === undefined ? answer : { status: 200, reason: '', body: facts };
    },
    async close() {
      http.close();
    },
  };
}

function placeOf({ type, tenant, namespace }: WorkloadPlace): string {
  return `/admin/v3/${type}s/${[tenant, namespace].map(encodeURIComponent).join('/')}`;
}

function pathOf({ name, ...place }: WorkloadRef): string {
  return `${placeOf(place)}/${encodeURIComponent(name)}`;
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
