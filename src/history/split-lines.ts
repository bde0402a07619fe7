import { AppError } from '../errors.js';

/** Far more than a record may have. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Lines without their ends. What stands behind the last line end is handed to `onRest`, where there is something. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  onRest: (rest: Buffer) => void = () => undefined,
): AsyncGenerator<Buffer, void> {
  let begun: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, start)) {
      const line = buffer.subarray(start, end);
      yield begun.length === 0 ? line : Buffer.concat([...begun, line]);
      begun = [];
      bytes = 0;
      start = end + 1;
    }
    if (start === buffer.length) continue;
    begun.push(buffer.subarray(start));
    bytes += buffer.length - start;
    if (bytes > MAX_LINE_BYTES)
      throw new AppError('TOO_LARGE', `a line has more than ${MAX_LINE_BYTES} bytes: it is no record`);
  }
  if (bytes > 0) onRest(Buffer.concat(begun));
}
