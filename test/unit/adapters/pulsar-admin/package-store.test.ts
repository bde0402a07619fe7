import { createHash } from 'node:crypto';
import type { AdminHttp, AdminRequest } from '../../../../src/adapters/pulsar-admin/http.js';
import { pulsarFunctions } from '../../../../src/adapters/pulsar-admin/functions.js';
import type { ClusterAnswer, Upsert } from '../../../../src/ports/functions.js';

const BODY = Buffer.from('PK bytes');
const SHA = createHash('sha256').update(BODY).digest('hex');
const REF = { type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' } as const;
const UPSERT: Upsert = { ref: REF, config: {}, data: { fileName: 'app.jar', body: BODY } };
const PACKAGE = `/admin/v3/packages/function/public/default/enrich/${SHA}`;
const FUNCTION = '/admin/v3/functions/public/default/enrich';
const DONE: ClusterAnswer = { status: 204, reason: '' };
const said = (status: number, reason: string): ClusterAnswer => ({ status, reason, body: { reason } });

/** A cluster that answers as told, request by request, with the bytes of a package where one is asked for. */
function cluster(answers: readonly ClusterAnswer[], stored: Buffer = BODY) {
  const asked: string[] = [];
  const bodies: string[] = [];
  const http: AdminHttp = {
    request({ method, path, body, consume }: AdminRequest) {
      asked.push(`${method} ${path}`);
      bodies.push(Buffer.concat(body?.chunks ?? []).toString());
      consume?.()(stored);
      return Promise.resolve(answers[asked.length - 1] ?? DONE);
    },
    close: () => undefined,
  };
  return { functions: pulsarFunctions(http), asked, bodies };
}

describe('the package of an update', () => {
  it('is stored under its digest, and named by its URL', async () => {
    const { functions, asked, bodies } = cluster([DONE, DONE]);
    expect(await functions.update(UPSERT)).toEqual(DONE);
    expect(asked).toEqual([`POST ${PACKAGE}`, `PUT ${FUNCTION}`]);
    expect(bodies[1]).toContain(`function://public/default/enrich@${SHA}`);
    expect(bodies[1]).not.toContain('PK bytes');
  });

  it('is not sent again where the cluster has it', async () => {
    const { functions, asked } = cluster([said(409, 'exists'), { status: 200, reason: '' }, DONE]);
    expect(await functions.update(UPSERT)).toEqual(DONE);
    expect(asked).toEqual([`POST ${PACKAGE}`, `GET ${PACKAGE}`, `PUT ${FUNCTION}`]);
  });

  it('takes the place of one that was cut', async () => {
    const answers = [said(409, 'exists'), { status: 200, reason: '' }, DONE, DONE, DONE];
    const { functions, asked } = cluster(answers, Buffer.from('PK'));
    expect(await functions.update(UPSERT)).toEqual(DONE);
    expect(asked.map((line) => line.split(' ', 1)[0])).toEqual(['POST', 'GET', 'DELETE', 'POST', 'PUT']);
  });

  it.each([
    ['has no such API', { status: 404, reason: 'Not Found' }],
    ['has it off', said(405, 'Package management service is not enabled')],
  ])('goes along with the update where the cluster %s', async (_case, answer) => {
    const { functions, bodies } = cluster([answer, DONE]);
    expect(await functions.update(UPSERT)).toEqual(DONE);
    expect(bodies[1]).toContain('PK bytes');
  });

  it('ends the update where it may not be stored: going along it would be ignored', async () => {
    const { functions, asked } = cluster([said(401, 'not authorized')]);
    const answer = await functions.update(UPSERT);
    expect(answer.status).toBe(401);
    expect(answer.reason).toContain('not authorized (when the package was stored as function://');
    expect(asked).toHaveLength(1);
  });
});
