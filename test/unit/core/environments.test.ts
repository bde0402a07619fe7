import { adminUrlFault, normaliseAdminUrl, targetOf } from '../../../src/core/environments.js';

describe('a target', () => {
  it('without an address is the sandbox', () => {
    expect(targetOf({})).toEqual({
      kind: 'sandbox',
      fingerprint: expect.stringMatching(/^[\w-]{16}$/) as string,
    });
    expect(targetOf({})).toEqual(targetOf({ adminUrl: undefined }));
  });

  it.each([
    ['HTTP://Pulsar.Example.COM:80/', 'http://pulsar.example.com'],
    ['https://pulsar.example.com:443//', 'https://pulsar.example.com'],
    ['http://pulsar:8080/base/', 'http://pulsar:8080/base'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('has one spelling: %s is %s', (spelled, normal) => {
    expect(normaliseAdminUrl(spelled)).toBe(normal);
    expect(targetOf({ adminUrl: spelled })).toEqual(targetOf({ adminUrl: normal }));
  });

  it('is told from another by its fingerprint', () => {
    const fingerprints = [undefined, 'http://a', 'https://a', 'http://a:8080', 'http://a/x'].map(
      (adminUrl) => targetOf({ adminUrl }).fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  it.each([
    'nonsense',
    'pulsar://a:6650',
    'http://u@a',
    'http://u:p@a',
    'http://a?x',
    'http://a/?x=1',
    'http://a#f',
    'http://',
  ])('is not to be had at %s', (adminUrl) => {
    expect(adminUrlFault(adminUrl)).toBeDefined();
  });

  it('is to be had at http and https addresses', () => {
    expect(adminUrlFault('http://127.0.0.1:8080')).toBeUndefined();
    expect(adminUrlFault('https://pulsar.example.com/admin-proxy')).toBeUndefined();
  });
});
