import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { cpus, loadavg, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { root } from './product.mjs';
import { cache } from './scratch.mjs';
import { median } from './stats.mjs';

function output(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const versionOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;

/** Milliseconds that a sync of a small write takes on the disk where the measured data lies. */
function syncMs() {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, 'sync-probe');
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(4_096);
  const taken = Array.from({ length: 200 }, () => {
    writeSync(descriptor, block);
    const begun = performance.now();
    fdatasyncSync(descriptor);
    return performance.now() - begun;
  });
  closeSync(descriptor);
  rmSync(file);
  return median(taken);
}

/** What the figures depend on and what they were made with. */
export function describeMachine() {
  const dirty = output('git', 'status', '--porcelain', '--', 'src', 'package-lock.json');
  const emmett = join(root, 'bench', 'node_modules', '@event-driven-io', 'emmett-postgresql');
  const optional = (read) => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  return {
    cpu: cpus()[0]?.model ?? '?',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${output('uname', '-r') ?? ''}`,
    freeDiskGb: optional(() => Math.round((statfsSync(cache).bavail * statfsSync(cache).bsize) / 1e9)),
    syncMs: syncMs(),
    loadBefore: loadavg()[0],
    node: process.version,
    stageline: `${versionOf(root)}, ${output('git', 'rev-parse', '--short', 'HEAD') ?? 'no commit'}${dirty ? ' with changes' : ''}`,
    classicLevel: optional(() => versionOf(join(root, 'node_modules', 'classic-level'))),
    emmett: optional(() => versionOf(emmett)),
  };
}
