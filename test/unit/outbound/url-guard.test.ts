import { isPublicAddress } from '../../../src/outbound/addresses.js';
import { createUrlGuard } from '../../../src/outbound/url-guard.js';

const codeOf = (check: () => unknown): unknown => {
  try {
    check();
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

/** What connecting to the URL would find: an address, or the code of the refusal. */
const lookUp = (url: string, allow: string[], addresses: string[]): Promise<unknown> => {
  const resolve = async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const { lookup, url: checked } = createUrlGuard({ allow, resolve }).check(url);
  return new Promise((done) => {
    lookup(checked.hostname, { all: true }, (error, found) =>
      done(error === null ? found : (error as { code?: string }).code),
    );
  });
};

describe('the URL guard', () => {
  it.each([
    'https://127.0.0.1/a.jar',
    'https://127.1/a.jar',
    'https://2130706433/a.jar',
    'https://0x7f000001/a.jar',
    'https://0177.0.0.1/a.jar',
    'https://127.0.0.1./a.jar',
    'https://0.0.0.0/a.jar',
    'https://10.1.2.3/a.jar',
    'https://172.31.0.1/a.jar',
    'https://192.168.1.1/a.jar',
    'https://100.64.0.1/a.jar',
    'https://169.254.169.254/latest/meta-data',
    'https://224.0.0.1/a.jar',
    'https://255.255.255.255/a.jar',
    'https://[::1]/a.jar',
    'https://[::]/a.jar',
    'https://[fe80::1]/a.jar',
    'https://[fc00::1]/a.jar',
    'https://[ff02::1]/a.jar',
    'https://[::ffff:127.0.0.1]/a.jar',
    'https://[::ffff:8.8.8.8]/a.jar',
    'https://[64:ff9b::7f00:1]/a.jar',
    'https://[2002:7f00:1::]/a.jar',
    'https://[2001:0:7f00:1::]/a.jar',
    'http://example.com/a.jar',
    'ftp://example.com/a.jar',
    'file:///etc/passwd',
    'https://user:pass@example.com/a.jar',
    'https://user@example.com/a.jar',
    'no url',
  ])('refuses %s', (url) => {
    expect(codeOf(() => createUrlGuard({ allow: [] }).check(url))).toBe('PACKAGE_REFUSED');
  });

  it.each(['https://example.com/a.jar', 'https://8.8.8.8/a.jar', 'https://[2606:4700::1111]/a.jar'])(
    'takes %s',
    (url) => {
      expect(codeOf(() => createUrlGuard({ allow: [] }).check(url))).toBe('ok');
    },
  );

  it('takes only what is named where something is, with scheme and port', () => {
    const guard = createUrlGuard({ allow: ['http://nexus.corp:8081', 'https://repo.corp/'] });
    expect(codeOf(() => guard.check('http://nexus.corp:8081/a.jar'))).toBe('ok');
    expect(codeOf(() => guard.check('https://REPO.corp:443/a.jar'))).toBe('ok');
    for (const url of [
      'http://nexus.corp/a',
      'https://nexus.corp:8081/a',
      'http://repo.corp/a',
      'https://example.com/a',
    ])
      expect(codeOf(() => guard.check(url))).toBe('PACKAGE_REFUSED');
  });

  it('lets a named host have any address, by number or by name', async () => {
    expect(
      codeOf(() => createUrlGuard({ allow: ['http://127.0.0.1:9000'] }).check('http://127.0.0.1:9000/a')),
    ).toBe('ok');
    await expect(lookUp('http://nexus.corp/a', ['http://nexus.corp'], ['10.0.0.1'])).resolves.toEqual([
      { address: '10.0.0.1', family: 4 },
    ]);
  });

  it('refuses a name when any of its addresses is not public', async () => {
    await expect(lookUp('https://evil.example/a', [], ['8.8.8.8', '127.0.0.1'])).resolves.toBe(
      'PACKAGE_REFUSED',
    );
    await expect(lookUp('https://evil.example/a', [], ['::ffff:10.0.0.1'])).resolves.toBe('PACKAGE_REFUSED');
    await expect(lookUp('https://good.example/a', [], ['8.8.8.8'])).resolves.toEqual([
      { address: '8.8.8.8', family: 4 },
    ]);
  });

  it('knows public addresses from others', () => {
    expect(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2a00:1450::1'].every(isPublicAddress)).toBe(true);
    expect(['fe80::1%eth0', '192.0.2.1', '198.18.0.1', '2001:db8::1', 'x'].some(isPublicAddress)).toBe(false);
  });
});
