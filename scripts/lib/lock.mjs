// A lock between processes: a folder, because making one is atomic on every file system.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, say } from './cli.mjs';
import { isAlive } from './process.mjs';

const BREAK_LIMIT_MS = 30_000;

/** Runs `work` while holding the lock; waits for another run that holds it, and takes over from one that died. */
export async function withLock(folder, work, { waitMs = 15 * 60_000 } = {}) {
  await acquire(folder, waitMs);
  const release = () => remove(folder);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire(folder, waitMs) {
  const until = Date.now() + waitMs;
  let told = false;
  while (!tryMake(folder)) {
    const owner = readOwner(folder);
    if (owner.dead) {
      breakStale(folder);
    } else if (Date.now() > until) {
      throw new UserError(
        `${folder} has been held by process ${owner.pid} for too long; remove it if that is not another run`,
      );
    } else if (!told && owner.pid) {
      say(`waiting for another run (process ${owner.pid}) to finish …`);
      told = true;
    }
    await sleep(200);
  }
}

/** The folder appears with its owner in it (rename), so that nobody ever sees a lock without an owner. */
function tryMake(folder) {
  const own = `${folder}.${process.pid}`;
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'pid'), String(process.pid));
  try {
    renameSync(own, folder);
    return true;
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moved away first: a folder emptied in place could be taken by another's rename halfway through. */
function remove(folder) {
  const gone = `${folder}.gone.${process.pid}`;
  try {
    renameSync(folder, gone);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(gone, { recursive: true, force: true });
}

function readOwner(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    return { pid, dead: !isAlive(pid) };
  } catch (error) {
    if (error.code === 'ENOENT') return { pid: undefined, dead: false };
    throw error;
  }
}

/**
 * Removes a dead owner's lock. Only one waiter may do so at a time, and it looks again first: otherwise a second one
 * could remove the lock that the first has just made anew.
 */
function breakStale(folder) {
  const guard = `${folder}.break`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const age = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - age > BREAK_LIMIT_MS) rmSync(guard, { recursive: true, force: true });
    return;
  }
  if (readOwner(folder).dead) remove(folder);
  rmSync(guard, { recursive: true, force: true });
}
