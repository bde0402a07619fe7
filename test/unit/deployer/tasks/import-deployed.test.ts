import { readCommand } from '../../../../src/core/read-command.js';
import type { TaskDocument } from '../../../../src/core/types.js';
import { findDeployed, importCommands } from '../../../../src/deployer/tasks/import-deployed.js';
import type { TaskAssignment } from '../../../../src/deployer/tasks/task-assignment.js';
import type { Functions } from '../../../../src/ports/functions.js';
import { createSecrets } from '../../../../src/deployer/secrets.js';
import { createFakeReads } from '../../../support/fake-reads.js';
import { scriptFunctions } from '../scripted-functions.js';

const nothing = { kind: 'pulsar' } as unknown as Functions;
const TASK = {
  ...{ project: 'pricing', environment: 'test', task: '0190f5a8-0000-7000-8000-000000000001' },
  import: { tenant: 'public', namespace: 'default' },
} as unknown as TaskDocument;
const nest = (levels: number): object => (levels === 0 ? {} : { a: nest(levels - 1) });

/** What a cluster shows with these user configs, by name. */
async function importOf(userConfigs: Readonly<Record<string, string>>) {
  const { functions } = scriptFunctions(nothing, ({ what, ref }) => {
    if (what === 'list')
      return { status: 200, reason: '', body: ref.type === 'function' ? Object.keys(userConfigs) : [] };
    // As it is parsed by who reads it.
    const userConfig: unknown = JSON.parse(userConfigs[ref.name] ?? '{}');
    const config = {
      runtime: 'JAVA',
      className: 'a.B',
      inputSpecs: { 'persistent://public/default/in': {} },
    };
    return { status: 200, reason: '', body: { ...config, userConfig } };
  });
  const context = {
    functions,
    admin: undefined,
    reads: createFakeReads(),
    secrets: createSecrets({ environment: 'test' }),
    deadlineMs: 1000,
    signal: new AbortController().signal,
  };
  const findings = await findDeployed(TASK, context);
  const { environment, task, project } = TASK;
  const body = { environment, task, project, operation: 'import' };
  const commands = importCommands({ effect: '0/7/0', body } as unknown as TaskAssignment, findings);
  return { findings, commands };
}

describe('taking over what runs', () => {
  it('leaves out what no command can hold, with a reason, and takes the others', async () => {
    const { findings, commands } = await importOf({
      a: '{"n":1}',
      b: '{"n":9007199254740993}',
      c: '{"a\\"b":1}',
      d: '{"a\\\\b":1}',
      e: '{"n":"\\ud83d"}',
      f: JSON.stringify(nest(40)),
    });
    const leftOut = findings.flatMap((one) => ('leftOut' in one ? [one.leftOut] : []));
    expect(leftOut.map(({ function: name, detail }) => `${name}: ${detail}`)).toEqual([
      'public/default/b: It holds a number that cannot be kept exactly: about 9007199254740992.',
      'public/default/c: /userConfig/a"b is a name with a quote, a backslash or a control character.',
      'public/default/d: /userConfig/a\\b is a name with a quote, a backslash or a control character.',
      'public/default/e: /userConfig/n holds half of a surrogate pair.',
      'public/default/f: It is nested deeper than 24 levels.',
    ]);
    expect(findings.flatMap((one) => ('found' in one ? [one.found.config['name']] : []))).toEqual(['a']);
    for (const { payload } of commands)
      expect(readCommand(payload, { maxBytes: 300 * 1024, maxDepth: 32 })).toMatchObject({
        kind: 'readable',
      });
  });
});
