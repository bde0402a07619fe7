import { AUDIT_CSV_HEAD, auditCsvLine } from '../../../src/core/audit-csv.js';
import type { AuditEntry } from '../../../src/core/audit-entry.js';

const ENTRY: AuditEntry = {
  position: 7,
  time: '2026-01-01T00:00:00.000Z',
  id: 'x',
  command: 'un-stage',
  project: 'default',
  actor: 'alice',
  via: 'commands',
  outcome: 'ok',
  events: ['configs-unstaged', 'configs-staged'],
  entities: ['function:a/b/c', 'stage-set:default:main'],
};

describe('the audit log as CSV', () => {
  it('has a head and a line for each entry', () => {
    expect(AUDIT_CSV_HEAD).toBe(
      'position,time,actor,project,command,outcome,code,reason,events,entities,entitiesOmitted,via,id,override,overrode,allowLiterals',
    );
    expect(auditCsvLine({ ...ENTRY, entitiesOmitted: 3 })).toBe(
      '7,2026-01-01T00:00:00.000Z,alice,default,un-stage,ok,,,configs-unstaged configs-staged,function:a/b/c stage-set:default:main,3,commands,x,,,',
    );
    const allowed = { function: 'a/b/c', pointer: '/userConfig/x', reason: 'no key' };
    expect(auditCsvLine({ ...ENTRY, allowLiterals: [allowed] })).toContain(
      ',commands,x,,,a/b/c /userConfig/x: no key',
    );
  });

  it.each([
    ['a "b"', '"a ""b"""'],
    ['a,b', '"a,b"'],
    ['a\nb', '"a\nb"'],
    ['a\r\nb', '"a\r\nb"'],
    ['a b', 'a b'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['=HYPERLINK("http://h","x")', '"\'=HYPERLINK(""http://h"",""x"")"'],
  ])('writes %j as %j', (actor, cell) => {
    expect(auditCsvLine({ ...ENTRY, actor }).split(',alice,')[0]).toContain(
      `7,${ENTRY.time},${cell},default`,
    );
  });
});
