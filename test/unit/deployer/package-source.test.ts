import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPackageSource, type PackageSourceOptions } from '../../../src/deployer/package-source.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const data = (fileName: string, text: string): object => ({
  kind: 'data',
  fileName,
  body: Buffer.from(text),
  sha256: sha256(text),
});
const refused = (code: string): object => ({ code });

describe('packages from files', () => {
  let dir = '';
  let root = '';
  beforeAll(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'stageline-packages-')));
    root = join(dir, 'artifacts');
    await mkdir(join(root, 'deep'), { recursive: true });
    await mkdir(join(dir, 'artifacts-secret'));
    await writeFile(join(root, 'a.jar'), 'one');
    await writeFile(join(root, 'deep', 'b.jar'), 'two');
    await writeFile(join(dir, 'secret.txt'), 'secret');
    await writeFile(join(dir, 'artifacts-secret', 'x'), 'secret');
    await symlink(join(dir, 'secret.txt'), join(root, 'link.jar'));
    await symlink(join(root, 'a.jar'), join(root, 'inner.jar'));
    await symlink(dir, join(root, 'up'));
    await symlink(root, join(dir, 'alias'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const fetch = (location: string, options: Partial<PackageSourceOptions> = {}): Promise<unknown> =>
    createPackageSource({ roots: [root], allow: [], ...options }).fetch(location, 'default/test/1');

  it('are read with their digest, by absolute and relative path', async () => {
    await expect(fetch('a.jar')).resolves.toEqual(data('a.jar', 'one'));
    await expect(fetch('deep/b.jar')).resolves.toEqual(data('b.jar', 'two'));
    await expect(fetch(join(root, 'a.jar'))).resolves.toEqual(data('a.jar', 'one'));
    await expect(fetch(`file://${root}/a.jar`)).resolves.toEqual(data('a.jar', 'one'));
    await expect(fetch('inner.jar')).resolves.toEqual(data('inner.jar', 'one'));
  });

  it('may lie in any root, also one that is a link', async () => {
    await expect(fetch(join(root, 'a.jar'), { roots: ['/nowhere', root] })).resolves.toEqual(
      data('a.jar', 'one'),
    );
    await expect(fetch('a.jar', { roots: [join(dir, 'alias')] })).resolves.toEqual(data('a.jar', 'one'));
    await expect(fetch(join(root, 'a.jar'), { roots: [join(dir, 'alias')] })).resolves.toEqual(
      data('a.jar', 'one'),
    );
  });

  it.each([
    '../secret.txt',
    '/etc/passwd',
    'link.jar',
    'up/secret.txt',
    '../artifacts-secret/x',
    '../no-such',
    'file:///etc/passwd',
    'file://host/x.jar',
    'file:///a%2fb.jar',
    'https:',
    'http://[',
    '',
  ])('outside of the roots are refused: %s', async (path) => {
    await expect(fetch(path)).rejects.toMatchObject(refused('PACKAGE_REFUSED'));
  });

  it('that are not there, or no files, are not found', async () => {
    await expect(fetch('none.jar')).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
    await expect(fetch('deep')).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
    await expect(fetch('a\u0000.jar')).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
  });

  it('that are too large are refused', async () => {
    await expect(fetch('a.jar', { maxBytes: 2 })).rejects.toMatchObject(refused('TOO_LARGE'));
  });

  it('need a root', async () => {
    await expect(fetch('a.jar', { roots: [] })).rejects.toMatchObject(refused('PACKAGE_REFUSED'));
  });

  it('that only the cluster knows are passed on', async () => {
    for (const url of ['builtin://x', 'function://a/b/c@1', 'source://a/b/c@1', 'sink://a/b/c@1'])
      await expect(fetch(url)).resolves.toEqual({ kind: 'reference', url });
    await expect(fetch('s3://bucket/a.jar')).rejects.toMatchObject(refused('PACKAGE_REFUSED'));
  });
});

describe('packages from URLs', () => {
  let server: Server;
  let origin = '';
  let requests: string[] = [];
  let answer: RequestListener = (_request, response) => response.end('body');
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests = [];
    answer = (_request, response) => response.end('body');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const source = (options: Partial<PackageSourceOptions> = {}) =>
    createPackageSource({
      roots: [],
      allow: [origin],
      limits: { tries: 2, retryMs: 1, idleMs: 300 },
      ...options,
    });

  it('are fetched with their digest and file name', async () => {
    await expect(source().fetch(`${origin}/x/my%20app.jar?token=1`, 'r')).resolves.toEqual(
      data('my app.jar', 'body'),
    );
  });

  it('are fetched once for a release, also by many at once, and anew for the next', async () => {
    const packages = source();
    const all = Array.from({ length: 20 }, () => packages.fetch(`${origin}/a.jar`, 'r1'));
    await Promise.all(all);
    await packages.fetch(`${origin}/a.jar`, 'r1');
    expect(requests).toHaveLength(1);
    await packages.fetch(`${origin}/a.jar`, 'r2');
    expect(requests).toHaveLength(2);
  });

  it('are dropped from the cache by size, the oldest first, never the newest', async () => {
    const packages = source({ cacheBytes: 5 });
    for (const name of ['a', 'a', 'b', 'b', 'a']) await packages.fetch(`${origin}/${name}.jar`, 'r');
    expect(requests).toEqual(['/a.jar', '/b.jar', '/a.jar']);
  });

  it('follow redirects, each of them checked', async () => {
    answer = (request, response) => {
      if (request.url === '/b.jar') response.end('body');
      else
        response
          .writeHead(302, { location: request.url === '/evil' ? 'http://127.0.0.1:1/x' : '/b.jar' })
          .end();
    };
    await expect(source().fetch(`${origin}/a.jar`, 'r')).resolves.toMatchObject({ sha256: sha256('body') });
    await expect(source().fetch(`${origin}/evil`, 'r')).rejects.toMatchObject(refused('PACKAGE_REFUSED'));
  });

  it('give up on a circle', async () => {
    answer = (request, response) => response.writeHead(302, { location: `${request.url ?? ''}x` }).end();
    await expect(source().fetch(`${origin}/a`, 'r')).rejects.toMatchObject(refused('PACKAGE_REFUSED'));
    expect(requests).toHaveLength(6);
  });

  it('are tried again when the server fails, and not when it says no', async () => {
    answer = (_request, response) => response.writeHead(requests.length === 1 ? 503 : 200).end('body');
    await expect(source().fetch(`${origin}/a.jar`, 'r')).resolves.toMatchObject({ sha256: sha256('body') });
    requests = [];
    answer = (_request, response) => response.writeHead(404).end();
    await expect(source().fetch(`${origin}/a.jar`, 'r')).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
    expect(requests).toHaveLength(1);
  });

  it('are not found when the server does not answer, is cut or stalls', async () => {
    await expect(
      source({ allow: ['http://127.0.0.1:1'] }).fetch('http://127.0.0.1:1/a', 'r'),
    ).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('part');
      response.destroy();
    };
    await expect(source().fetch(`${origin}/a.jar`, 'r')).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
    answer = (_request, response) => response.writeHead(200).write('part');
    await expect(source().fetch(`${origin}/b.jar`, 'r')).rejects.toMatchObject(refused('PACKAGE_NOT_FOUND'));
  });

  it('that are too large are refused, whether they say so or not', async () => {
    answer = (request, response) => {
      if (request.url === '/said') response.writeHead(200, { 'content-length': 11 });
      response.write('123456');
      response.end('78901');
    };
    for (const path of ['/said', '/unsaid'])
      await expect(source({ maxBytes: 10 }).fetch(origin + path, 'r')).rejects.toMatchObject(
        refused('TOO_LARGE'),
      );
  });

  it('are connected to at the address that was checked', async () => {
    const url = origin.replace('127.0.0.1', 'packages.example');
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    await expect(source({ allow: [url], resolve }).fetch(`${url}/a.jar`, 'r')).resolves.toMatchObject({
      kind: 'data',
    });
  });

  it('do not reach a closed address through a name', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const packages = source({ allow: [], resolve });
    await expect(packages.fetch('https://packages.example/a.jar', 'r')).rejects.toMatchObject(
      refused('PACKAGE_REFUSED'),
    );
    expect(requests).toHaveLength(0);
  });

  it('do not show the query of a URL', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    await expect(source().fetch(`${origin}/a.jar?signature=abc`, 'r')).rejects.not.toThrow(/abc/);
  });
});
