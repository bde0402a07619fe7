import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { createPackageSource } from '../../../src/deployer/package-source.js';
import { SOME_ID } from '../../support/fake-door.js';
import { createTestApp, HOST } from '../../support/http-app.js';

const MIB = 1024 ** 2;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A zip of one file that is all zeros, with the same compressed bytes listed many times over: far more comes out than goes in. */
function zipBomb(bytes: number, entries: number): Buffer {
  const plain = Buffer.alloc(bytes);
  const packed = deflateRawSync(plain, { level: 9 });
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(plain), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(bytes, 8);
  const name = Buffer.from('a');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  sizes.copy(local, 14);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(8, 10);
  sizes.copy(central, 16);
  central.writeUInt16LE(name.length, 28);
  const files = Buffer.concat([local, name, packed]);
  const listed = Buffer.concat(Array.from({ length: entries }, () => [central, name]).flat());
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(files.length, 16);
  return Buffer.concat([files, listed, end]);
}

/** What a package of all kinds may be, each a few kilobytes that say they are gigabytes. */
const BOMBS: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['bomb.jar', zipBomb(64 * MIB, 500)],
  ['bomb.nar', zipBomb(64 * MIB, 500)],
  ['bomb.zip', zipBomb(64 * MIB, 500)],
  ['bomb.tar.gz', gzipSync(gzipSync(Buffer.alloc(64 * MIB), { level: 9 }), { level: 9 })],
];
/** Larger than what is sent, smaller than what would come out of it. */
const LIMIT = MIB;

describe('a package that is a bomb', () => {
  let server: Server;
  let answer: RequestListener;
  let origin: string;
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stageline-bombs-')));

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const [name, bytes] of BOMBS) writeFileSync(join(root, name), bytes);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const packages = () =>
    createPackageSource({ roots: [root], allow: [origin], maxBytes: LIMIT, limits: { tries: 1 } });

  it.each(BOMBS)('is passed on as it is, and never opened: %s from a file', async (name, bytes) => {
    expect(bytes.length).toBeLessThan(LIMIT);
    await expect(packages().fetch(name, 'r')).resolves.toMatchObject({ body: bytes, sha256: sha256(bytes) });
  });

  it.each(BOMBS)('is passed on as it is, and never opened: %s from a URL', async (name, bytes) => {
    answer = (_request, response) => response.end(bytes);
    const found = await packages().fetch(`${origin}/${name}`, 'r');
    expect(found).toMatchObject({ body: bytes, sha256: sha256(bytes) });
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, gzip'])(
    'is not inflated where a server says that it is compressed: %s',
    async (encoding) => {
      const bytes = gzipSync(Buffer.alloc(64 * MIB), { level: 9 });
      let asked: string | undefined;
      answer = (request, response) => {
        asked = request.headers['accept-encoding'];
        response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
      };
      const found = await packages().fetch(`${origin}/a.jar`, 'r');
      expect(found).toMatchObject({ body: bytes, sha256: sha256(bytes) });
      expect(asked).toBe('identity');
    },
  );

  it('is stopped at the limit while it comes, whatever length it was said to have', async () => {
    let sent = 0;
    answer = (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (!response.destroyed && sent < 256 * MIB) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    await expect(packages().fetch(`${origin}/a.jar`, 'r')).rejects.toMatchObject({ code: 'TOO_LARGE' });
    // What lies in buffers between the two has left already.
    expect(sent).toBeLessThan(64 * MIB);
  });
});

describe('a compressed body', () => {
  const command = { id: SOME_ID, command: 'un-stage', params: {} };

  it.each(['gzip', 'deflate', 'br', 'gzip, gzip', 'GZIP'])(
    'of a command is not inflated but refused: Content-Encoding: %s',
    async (encoding) => {
      const { app, door } = createTestApp({ settings: { maxCommandBytes: LIMIT } });
      const payload = gzipSync(
        Buffer.concat([Buffer.from(JSON.stringify(command)), Buffer.alloc(64 * MIB, 32)]),
      );
      const headers = { ...HOST, 'content-type': 'application/json', 'content-encoding': encoding };
      const answered = await app.inject({ method: 'POST', url: '/v1/commands', headers, payload });
      expect(answered.statusCode).toBe(400);
      expect(answered.json()).toMatchObject({ code: 'INVALID_JSON' });
      expect(door.sent).toEqual([]);
    },
  );
});
