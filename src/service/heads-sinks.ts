import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseHead, readHeadKey, type HeadKey } from '../core/heads.js';
import type { JournalHead } from '../core/types.js';
import { AppError, messageOf } from '../errors.js';
import type { HeadsSink } from '../feed/heads-exporter.js';
import type { Bus, Producer } from '../ports/bus.js';

/** So much of a file's end is read to find its last head; a head has some 400 bytes. */
const TAIL_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Appends heads to a file, each on disk before the next; what is there is never changed. */
export function fileSink(path: string): HeadsSink {
  const failed = (error: unknown): never => {
    const detail = `${path} cannot be written: ${messageOf(error)}. Its folder must be there (is it mounted?) and be writable`;
    throw new AppError('ENGINE_UNAVAILABLE', detail, { cause: error });
  };

  const append = async (line: string): Promise<void> => {
    const file = await open(path, 'a+', 0o644);
    try {
      const { size } = await file.stat();
      // What a crash or a full disk left of a line must not become the beginning of this one.
      const isWhole = size === 0 || (await readEnd(file, size, 1)).at(-1) === NEWLINE;
      const bytes = Buffer.from(`${isWhole ? '' : '\n'}${line}\n`);
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length) throw new Error('the disk took only a part of it');
      await file.sync();
      if (size === 0) await syncFolder(path);
    } finally {
      await file.close();
    }
  };

  return {
    target: path,
    last: () => lastHead(path).catch(failed),
    append: (line) => append(line).catch(failed),
    close: () => Promise.resolve(),
  };
}

async function lastHead(path: string): Promise<JournalHead | undefined> {
  const file = await open(path, 'a+', 0o644);
  try {
    const { size } = await file.stat();
    const lines = (await readEnd(file, size, TAIL_BYTES)).toString('utf8').split('\n');
    for (const line of lines.reverse()) {
      const head = parseHead(line);
      if (!('wrong' in head)) return head;
    }
    return undefined;
  } finally {
    await file.close();
  }
}

async function readEnd(file: Awaited<ReturnType<typeof open>>, size: number, bytes: number): Promise<Buffer> {
  const length = Math.min(size, bytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}

/** A new file's name is on disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Sends heads to a topic. What is there already is not read: after a start the head is sent again. */
export function topicSink(bus: Bus, topic: string): HeadsSink {
  let producer: Producer | undefined;
  const close = async (): Promise<void> => {
    const before = producer;
    producer = undefined;
    await before?.close();
  };
  return {
    target: topic,
    last: () => Promise.resolve(undefined),
    async append(line) {
      if (producer?.lost.aborted === true) await close();
      producer ??= await bus.openProducer(topic);
      try {
        await producer.send({ payload: Buffer.from(line) });
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
  };
}

/** Reads the key that signs heads, once it can be read; without a path heads are not signed. */
export function headKeyFrom(path: string | undefined): () => Promise<HeadKey | undefined> {
  let key: HeadKey | undefined;
  return async () => {
    if (path === undefined) return undefined;
    try {
      key ??= readHeadKey(await readFile(path, 'utf8'));
    } catch (error) {
      const detail = `the key ${path} cannot be used: ${messageOf(error)}`;
      throw new AppError('INVALID_CONFIG', detail, { cause: error });
    }
    return key;
  };
}
