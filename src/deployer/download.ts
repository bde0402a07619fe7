import { createHash } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { pause } from '../core/pause.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import { shownUrl, type GuardedUrl, type UrlGuard } from '../outbound/url-guard.js';

export interface DownloadLimits {
  readonly maxBytes: number;
  /** Without a byte for that long the download fails. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Tries for what may pass: no connection, cut, 429, 5xx. */
  readonly tries: number;
  /** Wait before the second try; doubles. */
  readonly retryMs: number;
}

/** What was downloaded. */
export interface Downloaded {
  readonly body: Buffer;
  /** Hex. */
  readonly sha256: string;
}

const MAX_HOPS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Fetches a URL through the guard: PACKAGE_REFUSED, PACKAGE_NOT_FOUND or TOO_LARGE if it cannot be had. */
export async function download(
  location: string,
  guard: UrlGuard,
  limits: DownloadLimits,
): Promise<Downloaded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await follow(location, guard, limits);
    } catch (error) {
      if (error instanceof AppError && !hasCode(error, 'ENGINE_UNAVAILABLE')) throw error;
      if (attempt >= limits.tries)
        throw new AppError(
          'PACKAGE_NOT_FOUND',
          `${shownUrl(new URL(location))} could not be fetched in ${attempt} tries: ${messageOf(error)}`,
          { cause: error },
        );
      await pause(limits.retryMs * 2 ** (attempt - 1));
    }
  }
}

async function follow(location: string, guard: UrlGuard, limits: DownloadLimits): Promise<Downloaded> {
  const signal = AbortSignal.timeout(limits.totalMs);
  let target = guard.check(location);
  for (let hop = 0; ; hop++) {
    const answer = await get(target, limits, signal);
    if (!('location' in answer)) return answer;
    if (hop === MAX_HOPS)
      throw new AppError('PACKAGE_REFUSED', `${shownUrl(target.url)}: over ${MAX_HOPS} redirects.`);
    const next = guard.check(new URL(answer.location, target.url));
    if (target.url.protocol === 'https:' && next.url.protocol === 'http:')
      throw new AppError('PACKAGE_REFUSED', `${shownUrl(target.url)} redirects from https to http.`);
    target = next;
  }
}

type Answer = Downloaded | { readonly location: string };

function get({ url, lookup }: GuardedUrl, limits: DownloadLimits, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'stageline' };
    const send = url.protocol === 'https:' ? https.get : http.get;
    // No agent: a kept connection was made for another check.
    const request = send(url, { agent: false, lookup, headers, signal, timeout: limits.idleMs });
    request.on('timeout', () => request.destroy(new Error(`no byte for ${limits.idleMs} ms`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      const fail = (error: Error): void => {
        reject(error);
        request.destroy();
      };
      if (REDIRECTS.includes(status) && response.headers.location !== undefined) {
        resolve({ location: response.headers.location });
        request.destroy();
        return;
      }
      if (status !== 200) {
        const code = status === 429 || status >= 500 ? 'ENGINE_UNAVAILABLE' : 'PACKAGE_NOT_FOUND';
        fail(new AppError(code, `${shownUrl(url)} answers ${status}.`));
        return;
      }
      const tooLarge = (): void =>
        fail(new AppError('TOO_LARGE', `${shownUrl(url)} is larger than ${limits.maxBytes} bytes.`));
      if (Number(response.headers['content-length'] ?? 0) > limits.maxBytes) {
        tooLarge();
        return;
      }
      const hash = createHash('sha256');
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limits.maxBytes) {
          tooLarge();
          return;
        }
        hash.update(chunk);
        chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ body: Buffer.concat(chunks), sha256: hash.digest('hex') }));
    });
  });
}
