import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecrets } from '../../../src/deployer/secrets.js';
import { keyFile } from '../../../src/sealing/key-file.js';
import { generateKey, publicPart, readPrivateKeys, readPublicKeys } from '../../../src/sealing/keys.js';
import { seal } from '../../../src/sealing/seal.js';

const CONFIG = { tenant: 'acme', namespace: 'orders', name: 'enrich' };
const SECRET = 'hun"ter 2 ü';

describe('sealed secrets', () => {
  const setUp = async () => {
    const [old, newest] = [await generateKey(), await generateKey()];
    const keys = { keys: [newest, old] };
    const secrets = createSecrets({ environment: 'prod', sealingKeys: async () => keys });
    const valueOf = async ($sealed: unknown, config: object = CONFIG): Promise<unknown> =>
      (await secrets.resolve({ ...config, userConfig: { list: [{ $sealed }] } })).config.userConfig.list[0];
    return { old, newest, secrets, valueOf };
  };

  it('are opened where they are sealed for, and masked', async () => {
    const { newest, secrets, valueOf } = await setUp();
    for (const place of [
      { scope: 'acme/orders' },
      { scope: 'acme/orders/enrich' },
      { scope: 'acme/orders', environment: 'prod' },
    ])
      expect(await valueOf(await seal(SECRET, place, publicPart(newest)))).toBe(SECRET);
    const $sealed = await seal(SECRET, { scope: 'acme/orders' }, newest);
    const { mask, oldKeys } = await secrets.resolve({ ...CONFIG, userConfig: { a: { $sealed } } });
    expect(mask(`no ${JSON.stringify(SECRET)} for ${encodeURIComponent(SECRET)}`)).toBe('no "***" for ***');
    expect(oldKeys).toEqual([]);
  });

  it.each([
    ['another tenant', { scope: 'other/orders' }],
    ['another namespace', { scope: 'acme/billing' }],
    ['another function', { scope: 'acme/orders/enrich2' }],
    ['a prefix of the name', { scope: 'acme/orders/enri' }],
    ['another environment', { scope: 'acme/orders', environment: 'test' }],
  ])('are not opened where they are sealed for %s', async (_other, place) => {
    const { newest, valueOf } = await setUp();
    const opening = valueOf(await seal(SECRET, place, newest));
    await expect(opening).rejects.toMatchObject({ code: 'SEALED_ELSEWHERE' });
    await expect(opening).rejects.toThrow('/userConfig/list/0');
  });

  it('are not opened with another place written into them', async () => {
    const { newest, valueOf } = await setUp();
    const [header = '', ...rest] = (await seal(SECRET, { scope: 'other/orders' }, newest)).split('.');
    const told = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...told, scope: 'acme/orders' })).toString('base64url');
    await expect(valueOf([forged, ...rest].join('.'))).rejects.toMatchObject({ code: 'SEALED_DAMAGED' });
  });

  it('are told apart where the key is not here, and where they are damaged', async () => {
    const { newest, valueOf } = await setUp();
    const stranger = await generateKey();
    const place = { scope: 'acme/orders' };
    await expect(valueOf(await seal(SECRET, place, stranger))).rejects.toMatchObject({
      code: 'SEALED_KEY_UNKNOWN',
    });
    const impostor = { ...stranger, kid: newest.kid };
    const sealed = await seal(SECRET, place, newest);
    const cut = sealed.split('.').map((part, index) => (index === 3 ? `A${part.slice(1, -1)}` : part));
    for (const damaged of [await seal(SECRET, place, impostor), cut.join('.'), 'x', 7, { a: 1 }])
      await expect(valueOf(damaged)).rejects.toMatchObject({ code: 'SEALED_DAMAGED' });
  });

  it('say which are sealed to an older key', async () => {
    const { old, newest, secrets } = await setUp();
    const { config, oldKeys } = await secrets.resolve({
      ...CONFIG,
      userConfig: {
        a: { $sealed: await seal('one', { scope: 'acme/orders' }, old) },
        b: { $sealed: await seal('two', { scope: 'acme/orders' }, newest) },
      },
    });
    expect(config.userConfig).toEqual({ a: 'one', b: 'two' });
    expect(oldKeys).toEqual(['/userConfig/a']);
  });

  it('are refused all at once with what is missing, each with where it stands', async () => {
    const { newest, secrets } = await setUp();
    const sealed = await seal(SECRET, { scope: 'other/orders' }, newest);
    const resolving = secrets.resolve({
      ...CONFIG,
      userConfig: { a: { $secret: 'no' }, b: { $sealed: sealed } },
    });
    await expect(resolving).rejects.toThrow(/No secret "no": .* The sealed secret at \/userConfig\/b is not/);
  });

  it('too long to be one are not made', async () => {
    const sealing = seal('x'.repeat(20_000), { scope: 'acme/orders' }, await generateKey());
    await expect(sealing).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('a file of keys', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-keys-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is read again when it has changed, and its public part holds nothing private', async () => {
    const file = join(dir, 'keys.json');
    const [first, second] = [await generateKey(), await generateKey()];
    await writeFile(file, JSON.stringify({ keys: [first] }));
    const keysNow = keyFile(file, 'STAGELINE_SEALING_KEYS_FILE', readPrivateKeys);
    expect((await keysNow()).keys).toEqual([first]);
    await writeFile(file, JSON.stringify({ keys: [second, first] }));
    await utimes(file, 1, 1);
    expect((await keysNow()).keys).toEqual([second, first]);
    expect(readPublicKeys(JSON.stringify({ keys: [first] })).keys).toEqual([publicPart(first)]);
    expect(JSON.stringify(publicPart(first))).not.toContain(first.d);
  });

  it.each([
    ['not JSON', 'x{"d":"hunter2"'],
    ['no set', '{"d":"hunter2"}'],
    ['empty', '{"keys":[]}'],
    ['of another curve', '{"keys":[{"kty":"OKP","crv":"X25519","x":"hunter2","kid":"k","d":"hunter2"}]}'],
    ['public only', '{"keys":[{"kty":"EC","crv":"P-256","x":"hunter2","y":"b","kid":"k"}]}'],
    ['nameless', '{"keys":[{"kty":"EC","crv":"P-256","x":"hunter2","y":"b","d":"c"}]}'],
  ])('that is %s is told without what stands in it', async (_what, text) => {
    const file = join(dir, 'keys.json');
    await writeFile(file, text);
    const reading = keyFile(file, 'STAGELINE_SEALING_KEYS_FILE', readPrivateKeys)();
    await expect(reading).rejects.toMatchObject({ code: 'SEALED_KEY_UNKNOWN' });
    await expect(reading).rejects.toThrow(/^(?!.*hunter2).*STAGELINE_SEALING_KEYS_FILE/);
  });

  it('that is not there is told without its path', async () => {
    const reading = keyFile(join(dir, 'none'), 'STAGELINE_SEALING_KEYS_FILE', readPrivateKeys)();
    await expect(reading).rejects.toThrow('STAGELINE_SEALING_KEYS_FILE cannot be read: ENOENT.');
  });
});
