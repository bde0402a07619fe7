import { classify, RULES, type Verdict } from '../../../src/deployer/classify.js';

/** An answer for each rule, in the order of the table. */
const ANSWERS: readonly (readonly [status: number, reason: string, verdict: Verdict, code: string])[] = [
  [204, '', 'done', 'INTERNAL'],
  [400, 'Update contains no change', 'unchanged', 'CLUSTER_REFUSED'],
  [400, 'Function enrich already exists', 'exists', 'CLUSTER_REFUSED'],
  [400, "Sink enrich doesn't exist", 'missing', 'CLUSTER_REFUSED'],
  [404, "Source enrich doesn't exist", 'missing', 'CLUSTER_REFUSED'],
  [400, 'Update request ignored because it is out of date. Please try again.', 'retry', 'CLUSTER_REFUSED'],
  [400, 'java.util.concurrent.TimeoutException', 'retry', 'CLUSTER_NOT_READY'],
  [500, 'Not the leader', 'not-ready', 'CLUSTER_NOT_READY'],
  [
    503,
    'Function worker service is not done initializing. Please try again in a little while.',
    'not-ready',
    'CLUSTER_NOT_READY',
  ],
  [503, 'Service Unavailable', 'not-ready', 'CLUSTER_NOT_READY'],
  [400, 'Namespace does not exist', 'briefly', 'CLUSTER_REFUSED'],
  [401, 'client is not authorized to perform operation', 'refused', 'CLUSTER_REFUSED'],
  [401, 'HTTP 401 Unauthorized', 'refused', 'CLUSTER_REFUSED'],
  [403, 'Forbidden', 'refused', 'CLUSTER_REFUSED'],
  [307, 'The cluster redirects to elsewhere', 'refused', 'CLUSTER_REFUSED'],
  [500, "Package 'function://a/b/c@0' metadata already exists", 'refused', 'CLUSTER_REFUSED'],
  [408, 'Request Timeout', 'retry', 'CLUSTER_NOT_READY'],
  [429, 'Too Many Requests', 'not-ready', 'CLUSTER_NOT_READY'],
  [500, 'Internal Server Error', 'retry', 'CLUSTER_NOT_READY'],
  [400, 'Input Topics cannot be altered', 'refused', 'CLUSTER_REFUSED'],
];

describe('answers of a cluster', () => {
  it.each(ANSWERS)('%i %j is %s', (...[status, reason, verdict, code]) => {
    expect(classify({ status, reason })).toMatchObject({ verdict, code });
  });

  it('are tried rule by rule', () => {
    const fitting = ANSWERS.map(([status, reason]) =>
      RULES.indexOf(classify({ status, reason }) as (typeof RULES)[number]),
    );
    expect(fitting).toEqual(RULES.map((_rule, index) => index));
  });

  it.each([
    [503, 'Leader not yet ready. Please retry again', 'not-ready'],
    [400, 'Tenant does not exist', 'briefly'],
    [404, 'Not Found', 'refused'],
    [502, 'Bad Gateway', 'retry'],
    [500, 'java.util.concurrent.TimeoutException', 'retry'],
    [0, '', 'refused'],
  ])('%i %j is %s too', (status, reason, verdict) => {
    expect(classify({ status, reason }).verdict).toBe(verdict);
  });

  it('say what to do about missing permissions', () => {
    expect(classify({ status: 401, reason: 'x is not authorized to y' }).hint).toContain('grant functions');
  });
});
