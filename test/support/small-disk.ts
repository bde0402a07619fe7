import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system that is soon full. */
export interface SmallDisk {
  readonly dir: string;
  /** Takes all room but so many bytes. */
  fill(leave: number): void;
  /** Gives it back. */
  empty(): void;
  unmount(): void;
}

/** Tools of the system, not of a package. */
const sbin = (name: string): string => join('/usr/bin', name);

const CHUNK = Buffer.alloc(64 * 1024);

/** Mounts a file system in memory; undefined where this process may not. */
export function mountSmallDisk(mebibytes: number): SmallDisk | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'stageline-disk-'));
  const mounted = spawnSync(sbin('mount'), ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir]);
  if (mounted.status !== 0) {
    rmSync(dir, { recursive: true });
    return undefined;
  }
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill(leave) {
      const file = openSync(ballast, 'a');
      for (;;) {
        const { bavail, bsize } = statfsSync(dir);
        const room = bavail * bsize - leave;
        if (room <= 0) break;
        writeSync(file, CHUNK, 0, Math.min(room, CHUNK.length));
      }
      closeSync(file);
    },
    empty: () => rmSync(ballast, { force: true }),
    unmount() {
      spawnSync(sbin('umount'), ['--lazy', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
