import * as http from 'node:http';
import * as https from 'node:https';
import { rootCertificates } from 'node:tls';
import { tlsAdvice } from '../../core/tls-fault.js';
import { AppError, messageOf } from '../../errors.js';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;
const ATTEMPTS = 3;
const PAUSE_MS = 250;

export interface IssuerRequest {
  readonly url: URL;
  /** Sent as a form; without it the address is only read. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly authorization?: string | undefined;
  /** An authority trusted beside those that Node knows. */
  readonly ca?: string | undefined;
  readonly caSetting: string;
}

/** An answer that was no server error; `body` is undefined where it is no JSON object. */
export interface IssuerAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Asks an issuer, up to three times where it does not answer or has an error. Redirects are refused: they would take the
 * secret elsewhere. Rejects with ENGINE_UNAVAILABLE.
 */
export async function askIssuer(request: IssuerRequest): Promise<IssuerAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askOnce(request);
    if (!('fault' in answer)) return answer;
    if (attempt === ATTEMPTS || !answer.passing) throw answer.fault;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
  }
}

/** `passing`: it may go well the next time. */
type Once = IssuerAnswer | { readonly fault: AppError; readonly passing: boolean };

async function askOnce(request: IssuerRequest): Promise<Once> {
  const at = `The issuer at ${request.url.origin}`;
  const unavailable = (passing: boolean, detail: string, cause?: unknown): Once => ({
    passing,
    fault: new AppError('ENGINE_UNAVAILABLE', `${at} ${detail}.`, { cause }),
  });
  try {
    const { status, text } = await send(request);
    if (status >= 500 || status === 429) return unavailable(true, `answered ${status}`);
    if (status >= 300 && status < 400)
      return unavailable(
        false,
        `answered ${status}, a redirect, which is not followed: set the address that it leads to`,
      );
    return { status, body: objectIn(text) };
  } catch (error) {
    const advice = tlsAdvice(error, request.caSetting);
    return unavailable(advice === '', `does not answer: ${messageOf(error)}${advice}`, error);
  }
}

function send(request: IssuerRequest): Promise<{ status: number; text: string }> {
  const { url, form, authorization, ca } = request;
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const options: https.RequestOptions = {
    method: body === undefined ? 'GET' : 'POST',
    agent: false,
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    headers: {
      accept: 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined
        ? {}
        : {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': Buffer.byteLength(body),
          }),
    },
  };
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? https : http).request(url, options);
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`nothing came within ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    );
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) outgoing.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(body);
  });
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
