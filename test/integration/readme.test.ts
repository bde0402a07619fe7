import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServiceProcess, type ServiceProcess } from '../support/stageline-process.js';

const root = join(__dirname, '..', '..');

interface Block {
  readonly exit: number;
  readonly script: string;
}

/** The blocks of the README's walk: `sh` blocks behind `<!-- walk -->`, or `<!-- walk: exits N -->`. */
function walk(): Block[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  return [...text.matchAll(/<!-- walk(?:: exits (\d+))? -->\s*```sh\n([\s\S]*?)```/g)].map(
    ([, exit, script]) => ({
      exit: Number(exit ?? 0),
      script: script ?? '',
    }),
  );
}

/** What a terminal has: nothing of npm's own, which a test run may have been started by. */
function ownEnv(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

describe("the README's walk", () => {
  let service: ServiceProcess;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    service = await startServiceProcess({ STAGELINE_HTTP_PORT: String(port) });
  }, 60_000);

  afterAll(async () => {
    await service.stop('SIGKILL');
  });

  it('has blocks', () => {
    expect(walk().length).toBeGreaterThan(5);
  });

  it('runs as it stands, block after block', () => {
    for (const { exit, script } of walk()) {
      const ran = spawnSync(
        'bash',
        ['-euo', 'pipefail', '-c', script.replaceAll('127.0.0.1:7070', `127.0.0.1:${port}`)],
        {
          cwd: root,
          env: { ...ownEnv(), STAGELINE_URL: `http://127.0.0.1:${port}` },
          encoding: 'utf8',
          timeout: 60_000,
        },
      );
      expect({
        script,
        exit: ran.status,
        ...(ran.status === exit ? {} : { stdout: ran.stdout, stderr: ran.stderr }),
      }).toEqual({ script, exit });
    }
  }, 180_000);

  it('leaves a service that stops cleanly', async () => {
    expect(await service.stop()).toBe(0);
  });
});
