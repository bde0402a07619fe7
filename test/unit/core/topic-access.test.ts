import { LOCAL } from '../../../src/core/authorise.js';
import type { Actor } from '../../../src/core/types.js';
import { createTopicAccess, type OpenedTopics } from '../../../src/core/topic-access.js';

const own = (name: string): string => `persistent://ops/stageline/${name}`;
const OWN = {
  commands: own('commands'),
  replies: own('replies'),
  journal: own('journal'),
  deadLetters: own('dead-letters'),
  inner: [own('beats')],
  innerPrefix: 'persistent://ops/auto/',
};
const OPENED: readonly OpenedTopics[] = [
  { topic: 'persistent://acme/x/one', publish: 'developer', project: 'pricing' },
  { prefix: 'persistent://acme/', consume: 'viewer' },
  { prefix: 'persistent://ops/', publish: 'viewer', consume: 'viewer' },
];
const access = createTopicAccess(OWN, OPENED);

const somebody = (roles: readonly string[], projects?: readonly string[]): Actor => ({
  name: 'somebody',
  roles: [...roles],
  ...(projects === undefined ? {} : { projects: [...projects] }),
});

function may(
  use: 'checkPublish' | 'checkConsume',
  topic: string,
  caller: Actor,
): boolean | 'answers to himself' {
  try {
    return access[use](topic, caller) === undefined ? true : 'answers to himself';
  } catch (error) {
    expect(error).toMatchObject({ code: 'DENIED', message: expect.stringMatching(/\S/) as string });
    return false;
  }
}

describe('who may use which topic', () => {
  it.each([
    // topic, publishes: anybody, operator of all, local; consumes: viewer, viewer in a project, operator, operator in a project, in none, local
    [OWN.commands, [true, true, true], [false, false, false, false, false, false]],
    [
      OWN.replies,
      [false, false, false],
      [true, 'answers to himself', true, 'answers to himself', false, true],
    ],
    [OWN.journal, [false, false, false], [false, false, true, false, false, true]],
    [OWN.deadLetters, [false, false, false], [false, false, true, false, false, true]],
    [own('beats'), [false, false, false], [false, false, false, false, false, false]],
    ['persistent://ops/auto/prod', [false, false, false], [false, false, false, false, false, false]],
    [`${OWN.journal}-partition-0`, [false, false, false], [false, false, false, false, false, false]],
    [`${OWN.commands}-partition-12`, [false, false, false], [false, false, false, false, false, false]],
    ['persistent://other/x/y', [false, false, false], [false, false, false, false, false, false]],
    ['persistent://acme/x/two', [false, false, false], [true, false, true, false, false, true]],
    ['persistent://ops/x/y', [false, true, true], [true, false, true, false, false, true]],
  ])('%s', (topic, publish, consume) => {
    const publishers = [somebody([]), somebody(['operator']), LOCAL];
    expect(publishers.map((caller) => may('checkPublish', topic, caller))).toEqual(publish);
    const consumers = [
      somebody(['viewer']),
      somebody(['viewer'], ['pricing']),
      somebody(['operator']),
      somebody(['operator'], ['pricing']),
      somebody(['operator'], []),
      LOCAL,
    ];
    expect(consumers.map((caller) => may('checkConsume', topic, caller))).toEqual(consume);
  });

  it('is said by the first entry that fits, in its project', () => {
    const one = 'persistent://acme/x/one';
    expect(may('checkPublish', one, somebody(['developer'], ['pricing']))).toBe(true);
    expect(may('checkPublish', one, somebody(['developer'], ['orders']))).toBe(false);
    expect(may('checkPublish', one, somebody(['viewer'], ['pricing']))).toBe(false);
    expect(may('checkConsume', one, somebody(['viewer']))).toBe(false);
  });

  it('shows whoever may not read every reply those to himself', () => {
    const shows = access.checkConsume(OWN.replies, somebody(['viewer'], ['pricing']));
    const message = (askedBy?: string): Parameters<NonNullable<typeof shows>>[0] => ({
      properties: askedBy === undefined ? {} : { askedBy },
    });
    expect(
      [message('somebody'), message('else'), message(), message('')].map((each) => shows?.(each)),
    ).toEqual([true, false, false, false]);
  });
});
