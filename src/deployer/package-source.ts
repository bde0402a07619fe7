import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, messageOf } from '../errors.js';
import { download, type DownloadLimits } from './download.js';
import { readInside } from './local-file.js';
import type { Package } from './package.js';
import { createPackageCache } from './package-cache.js';
import { createUrlGuard, type UrlGuardOptions } from '../outbound/url-guard.js';

export interface PackageSource {
  /**
   * The package that a config names; fetched once for each `release`, whatever its number of functions. Rejects with
   * PACKAGE_REFUSED, PACKAGE_NOT_FOUND or TOO_LARGE.
   */
  fetch(location: string, release: string): Promise<Package>;
}

export interface PackageSourceOptions extends UrlGuardOptions {
  /** Folders that packages may be read from; relative paths start at the first. */
  readonly roots: readonly string[];
  /** Largest package. @defaultValue 512 MiB */
  readonly maxBytes?: number;
  /** Packages kept between functions of a release, in bytes; the last one is kept whatever its size. @defaultValue 256 MiB */
  readonly cacheBytes?: number;
  /** Time limits and tries of downloads. @defaultValue 30 s without a byte, 10 minutes, 3 tries from 1 s on */
  readonly limits?: Partial<Omit<DownloadLimits, 'maxBytes'>>;
}

const MIB = 1024 ** 2;
const REFERENCE = /^(builtin|function|source|sink):\/\//;

/** Fetches packages from files and URLs, and passes on what only the cluster knows. */
export function createPackageSource(options: PackageSourceOptions): PackageSource {
  const maxBytes = options.maxBytes ?? 512 * MIB;
  const limits = { idleMs: 30_000, totalMs: 600_000, tries: 3, retryMs: 1000, ...options.limits, maxBytes };
  const guard = createUrlGuard(options);
  const cache = createPackageCache(options.cacheBytes ?? 256 * MIB);

  const read = async (location: string): Promise<Package> => {
    if (/^https?:/i.test(location)) {
      if (!URL.canParse(location)) throw new AppError('PACKAGE_REFUSED', 'It is no URL.');
      const fileName = posix.basename(decodedPath(location));
      return { kind: 'data', fileName, ...(await download(location, guard, limits)) };
    }
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location) && !location.startsWith('file://'))
      throw new AppError(
        'PACKAGE_REFUSED',
        `Packages are not fetched by ${location.split(':', 1)[0] ?? ''}.`,
      );
    const path = location.startsWith('file://') ? pathOf(location) : location;
    const { body, sha256 } = await readInside(options.roots, path, maxBytes);
    return { kind: 'data', fileName: posix.basename(path), body, sha256 };
  };

  return {
    async fetch(location, release) {
      if (REFERENCE.test(location)) return { kind: 'reference', url: location };
      return cache.get(`${release}\n${location}`, () => read(location));
    },
  };
}

function pathOf(location: string): string {
  try {
    return fileURLToPath(location);
  } catch (cause) {
    throw new AppError('PACKAGE_REFUSED', `It is no file of this machine: ${messageOf(cause)}.`, { cause });
  }
}

function decodedPath(location: string): string {
  const { pathname } = new URL(location);
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
