import { randomBytes } from 'node:crypto';

/** One part of a form. Pulsar reads a config only if its part says application/json, and a package only if it has a file name. */
export interface FormPart {
  readonly name: string;
  readonly contentType: string;
  readonly fileName?: string;
  readonly body: Buffer;
}

/** A body that can be sent again, after a redirect, without copying what it holds. */
export interface RequestBody {
  readonly contentType: string;
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
}

/** A multipart/form-data body with its length, not streamed: it must be replayable. */
export function multipart(parts: readonly FormPart[]): RequestBody {
  const boundary = `stageline-${randomBytes(16).toString('hex')}`;
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const fileName = part.fileName === undefined ? '' : `; filename="${plainFileName(part.fileName)}"`;
    chunks.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${part.name}"${fileName}\r\n` +
          `Content-Type: ${part.contentType}\r\n\r\n`,
      ),
      part.body,
      Buffer.from('\r\n'),
    );
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    chunks,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  };
}

/** Header-safe: no quotes, line ends or characters that servers decode each in their own way. */
function plainFileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_') || 'package';
}
