import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { AppError, messageOf } from '../errors.js';

/** A file's content with its digest (hex). */
export interface LocalFile {
  readonly path: string;
  readonly body: Buffer;
  readonly sha256: string;
}

/** Reads a file, absolute or relative to the first root, that lies inside one of the roots also when every link is followed. */
export async function readInside(
  roots: readonly string[],
  path: string,
  maxBytes: number,
): Promise<LocalFile> {
  const [first] = roots;
  if (first === undefined)
    throw new AppError('PACKAGE_REFUSED', 'No folder is named that packages may be read from.');
  const wanted = resolve(first, path);
  const realRoots = (await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)))).filter(
    (root) => root !== undefined,
  );
  const refusal = (): AppError =>
    new AppError('PACKAGE_REFUSED', `${path} lies outside of ${roots.join(', ')}.`);
  // Said before looking: whether a file outside exists is nobody's business.
  if (!isInside(wanted, [...roots.map((root) => resolve(root)), ...realRoots])) throw refusal();
  const real = await realpath(wanted).catch((error: unknown) => {
    throw notFound(path, error);
  });
  if (!isInside(real, realRoots)) throw refusal();
  return readBounded(real, path, maxBytes);
}

async function readBounded(real: string, path: string, maxBytes: number): Promise<LocalFile> {
  // Without links and without waiting for a pipe: what was checked is what is opened.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(real, flags).catch((error: unknown) => {
    throw notFound(path, error);
  });
  try {
    if (!(await handle.stat()).isFile()) throw new AppError('PACKAGE_NOT_FOUND', `${path} is no file.`);
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      const part = chunk as Buffer;
      bytes += part.length;
      if (bytes > maxBytes) throw new AppError('TOO_LARGE', `${path} is larger than ${maxBytes} bytes.`);
      hash.update(part);
      chunks.push(part);
    }
    return { path: real, body: Buffer.concat(chunks), sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path.startsWith(root.endsWith(sep) ? root : root + sep));
}

function notFound(path: string, error: unknown): AppError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new AppError(
    'PACKAGE_NOT_FOUND',
    missing ? `There is no ${path}.` : `${path} cannot be read: ${messageOf(error)}`,
  );
}
