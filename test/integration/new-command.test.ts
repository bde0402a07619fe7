import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');
const COPIED = [
  'docs',
  'eslint.config.mjs',
  'jest.config.js',
  'package-lock.json',
  'package.json',
  '.prettierrc.json',
  'schemas',
  'scripts',
  'src',
  'test/support',
  'tsconfig.json',
];
const WRITTEN = [
  'schemas/commands/freeze-topics.json',
  'src/commands/freeze-topics.ts',
  'src/commands/registry.ts',
  'test/unit/commands/freeze-topics.test.ts',
];

/** Usually 10 s; three compilers at once on a busy machine take longer. */
const LIMIT_MS = 120_000;

let folder: string;

const isSource = (path: string): boolean => path.endsWith('.ts');

/** Runs a program in the copy; rejects, with what it said, where it fails. */
async function inCopy(program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', JEST_WORKER_ID: undefined };
  const { stdout, stderr } = await run(program, args, { cwd: folder, env });
  return stdout + stderr;
}

const newCommand = (name: string): Promise<string> =>
  inCopy(process.execPath, join('scripts', 'new-command.mjs'), name);

const tool = (name: string, ...args: string[]): Promise<string> =>
  inCopy(join('node_modules', '.bin', name), ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stageline-new-command-'));
  for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  // Compiler and linter look at what was written and what that needs, not at the whole tree again.
  const project = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8')) as object;
  const include = WRITTEN.filter(isSource);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...project, include }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('refuses names that are no name, or taken', async () => {
  await expect(newCommand('Freeze_Topics')).rejects.toThrow('must be lower-case words joined by hyphens');
  await expect(newCommand('un-stage')).rejects.toThrow('is there already: src/commands/un-stage.ts');
  await expect(newCommand('delete')).rejects.toThrow('is a word of the language');
  await expect(newCommand('commit-staged-to-qa')).rejects.toThrow('belongs to the family');
  const registry = join('src', 'commands', 'registry.ts');
  expect(await readFile(join(folder, registry), 'utf8')).toBe(await readFile(join(root, registry), 'utf8'));
});

it(
  'writes a command that compiles, keeps the lint rules and passes its test',
  async () => {
    expect(await newCommand('freeze-topics')).toContain('wrote src/commands/freeze-topics.ts');

    await Promise.all([
      tool('tsc', '--noEmit', '-p', 'tsconfig.json'),
      tool('eslint', ...WRITTEN.filter(isSource)),
      tool('prettier', '--check', ...WRITTEN, 'docs/commands.md'),
      inCopy(process.execPath, join('scripts', 'gen.mjs'), '--check'),
      tool('jest', '--selectProjects', 'unit', '--', 'freeze-topics'),
    ]);
    expect(await readFile(join(folder, 'docs', 'commands.md'), 'utf8')).toContain('## freeze-topics');
  },
  LIMIT_MS,
);
