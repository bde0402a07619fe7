import { actorOf } from '../../../src/identity/claims.js';

const NAMES = { roles: 'roles', projects: 'projects' };

describe('the claims of a token', () => {
  it('say who somebody is, and what he may where', () => {
    const claims = { sub: 'alice@example.com', roles: ['developer', 'viewer'], projects: ['pricing'] };
    expect(actorOf(claims, NAMES)).toEqual({
      name: 'alice@example.com',
      roles: ['developer', 'viewer'],
      projects: ['pricing'],
    });
  });

  it.each([
    ['a list', ['developer', 'approver']],
    ['words', 'developer approver'],
    ['words by comma', 'developer,approver'],
    ['a list with roles of others', ['developer', 'root', 'approver', 'developer', 7, null]],
  ])('list roles as %s', (_as, roles) => {
    expect(actorOf({ sub: 'a', roles, projects: '*' }, NAMES)).toEqual({
      name: 'a',
      roles: ['developer', 'approver'],
    });
  });

  it('may have roles deep inside, and under names with slashes', () => {
    const claims = {
      sub: 'a',
      realm_access: { roles: ['admin'] },
      'https://example.com/projects': ['pricing'],
    };
    const names = { roles: '/realm_access/roles', projects: 'https://example.com/projects' };
    expect(actorOf(claims, names)).toEqual({ name: 'a', roles: ['admin'], projects: ['pricing'] });
    expect(actorOf(claims, { ...names, projects: '/https:~1~1example.com~1projects' })?.projects).toEqual([
      'pricing',
    ]);
  });

  it.each([[undefined], [null], [[]], [{}], [''], [7]])(
    'give no project where they name none: %j',
    (projects) => {
      expect(actorOf({ sub: 'a', roles: 'admin', projects }, NAMES)?.projects).toEqual([]);
    },
  );

  it('give no project whose name is none', () => {
    expect(
      actorOf({ sub: 'a', projects: ['ok', 'a:b', '../x', '__proto__', 'UP'] }, NAMES)?.projects,
    ).toEqual(['ok']);
  });

  it('are not read from what every object has', () => {
    expect(actorOf({ sub: 'a' }, { roles: 'constructor', projects: '/toString/name' })).toEqual({
      name: 'a',
      roles: [],
      projects: [],
    });
  });

  it.each([
    [undefined],
    [''],
    [7],
    ['two words'],
    ['line\nend'],
    ['ünïcode'],
    ['x'.repeat(201)],
    ['local'],
    ['stageline'],
    ['token:ci'],
    ['deployer:prod'],
  ])('name nobody with the subject %j', (sub) => {
    expect(actorOf({ sub, roles: 'admin', projects: '*' }, NAMES)).toBeUndefined();
  });
});
