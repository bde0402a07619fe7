import { withoutTrailingSlashes } from '../../core/trailing-slashes.js';
import { AppError, messageOf } from '../../errors.js';
import type { Credentials } from '../../ports/credentials.js';
import type { ClusterAnswer } from '../../ports/functions.js';
import { createAdminHttp, type AdminHttp } from './http.js';
import { tenantOf } from './tenant-of.js';

export interface AdminRequestsOptions {
  /** The broker's admin API, such as `http://127.0.0.1:8080`. */
  readonly adminUrl: string;
  readonly credentials?: Credentials | undefined;
  /** Limit for one request. @defaultValue 10000 */
  readonly timeoutMs?: number;
  /** @defaultValue HTTP to `adminUrl` */
  readonly http?: Pick<AdminHttp, 'request'>;
}

/** Asks for a path below `/admin/v2/`; rejects with ENGINE_UNAVAILABLE where no answer comes. */
export type Request = (
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<Answer>;

/** An answer, and to what. */
export type Answer = ClusterAnswer & { readonly path: string };

const NO_CREDENTIALS =
  'asked without credentials: see STAGELINE_PULSAR_TOKEN_FILE, STAGELINE_PULSAR_OAUTH2_ISSUER_URL, STAGELINE_PULSAR_TLS_CERT_FILE';

/** The way to the admin API of the cluster that carries Stageline's own topics. */
export function createAdminRequests(options: AdminRequestsOptions): Request {
  const { adminUrl, credentials, timeoutMs = 10_000 } = options;
  const http =
    options.http ??
    createAdminHttp({
      adminUrl,
      requestTimeoutMs: timeoutMs,
      noCredentials: NO_CREDENTIALS,
      ...(credentials === undefined ? {} : { credentials: () => credentials }),
    });
  return async (method, path, body) => {
    const json = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    try {
      const answer = await http.request({
        method,
        path: `/admin/v2/${path}`,
        ...(json === undefined
          ? {}
          : { body: { contentType: 'application/json', chunks: [json], bytes: json.length } }),
      });
      return { ...answer, path };
    } catch (error) {
      const root = withoutTrailingSlashes(adminUrl);
      throw new AppError(
        'ENGINE_UNAVAILABLE',
        `Pulsar's admin API at ${root} cannot be asked: ${messageOf(error)}`,
        { cause: error },
      );
    }
  };
}

/** Rejects where the answer's status is none of those, and says which right is missing where one is. */
export async function expectStatus(answered: Promise<Answer>, expected: readonly number[]): Promise<Answer> {
  const answer = await answered;
  if (expected.includes(answer.status)) return answer;
  throw new AppError(
    'ENGINE_UNAVAILABLE',
    `Pulsar's admin API answered ${answer.status}: ${answer.reason}${adviceOn(answer)}`,
  );
}

/** True where the server knows who asks, and does not let him: then it answers JSON, also with 401. */
export function isDenied({ status, body }: ClusterAnswer): boolean {
  return (status === 401 || status === 403) && body !== undefined;
}

/** Which right whoever asked lacks, to be put behind a refusal; '' where it is for another reason. */
export function adviceOn(answer: Answer): string {
  if (!isDenied(answer)) return '';
  const tenant = tenantOf(`/admin/v2/${answer.path}`);
  return tenant === undefined
    ? ". Only a superuser may do that (superUserRoles in the broker's configuration)"
    : `. Whoever does that must be an admin role of tenant ${tenant} (pulsar-admin tenants update ${tenant} --admin-roles <all of them>) or a superuser`;
}
