import type { Settings } from '../core/types.js';
import type { Check } from './check.js';
import type { Fault } from './faults.js';
import { hostsOf, isLoopback } from './hosts.js';
import { expandParts } from './parts.js';

/** Exactly one of these says how HTTP callers are known. */
const BEARER = [
  'STAGELINE_AUTH_JWKS_URL',
  'STAGELINE_AUTH_PUBLIC_KEY_FILE',
  'STAGELINE_AUTH_HS256_SECRET_FILE',
] as const;
const KEYS = ['STAGELINE_TICKET_KEY_FILE', 'STAGELINE_SERVICE_KEY_FILE'] as const;

/** True if callers are asked who they are: some key says by what they would be known. */
export function isAuthenticated(settings: Settings): boolean {
  return [...BEARER, ...KEYS].some((name) => settings[name] !== '');
}

/** How callers are known: whole, unambiguous, and the same for every part. */
export const identity: Check = {
  needs: [
    ...BEARER,
    ...KEYS,
    'STAGELINE_AUTH_ISSUER',
    'STAGELINE_AUTH_AUDIENCE',
    'STAGELINE_PARTS',
    'STAGELINE_ENVIRONMENTS',
    'STAGELINE_BUS',
  ],
  find: (settings) => {
    if (!isAuthenticated(settings)) return [];
    const parts = expandParts(
      settings.STAGELINE_PARTS,
      settings.STAGELINE_ENVIRONMENTS.map(({ name }) => name),
    );
    return [
      ...bearerFaults(settings, parts.includes('http')),
      ...keyFaults(settings, parts.includes('http') || parts.includes('processor'), parts),
    ];
  },
};

function bearerFaults(settings: Settings, http: boolean): Fault[] {
  const given = BEARER.filter((name) => settings[name] !== '');
  const [first, ...more] = given;
  if (first === undefined) {
    const detail = `callers are asked who they are, since a key for tickets is set, and nothing says how they would be known by HTTP: set one of ${BEARER.join(', ')}`;
    return http ? [{ name: 'STAGELINE_AUTH_JWKS_URL', detail }] : [];
  }
  const faults: Fault[] = more.map((name) => ({
    name,
    detail: `is set beside ${first}; one of them counts: take the other out`,
  }));
  const url = settings.STAGELINE_AUTH_JWKS_URL;
  if (url === '') return faults;
  const [host] = hostsOf(url) ?? [];
  if (host === undefined || !/^https?:/.test(url))
    faults.push({
      name: 'STAGELINE_AUTH_JWKS_URL',
      value: url,
      detail: 'is no URL; such as https://id.example.com/jwks',
    });
  else if (url.startsWith('http:') && !isLoopback(host))
    faults.push({
      name: 'STAGELINE_AUTH_JWKS_URL',
      value: url,
      detail: 'must be https: whoever can change the answer on its way can make tokens',
    });
  for (const name of ['STAGELINE_AUTH_ISSUER', 'STAGELINE_AUTH_AUDIENCE'] as const)
    if (settings[name] === '')
      faults.push({
        name,
        detail: 'is needed with STAGELINE_AUTH_JWKS_URL: the provider makes tokens for others too',
      });
  return faults;
}

function keyFaults(settings: Settings, signsOrChecks: boolean, parts: readonly string[]): Fault[] {
  if (settings.STAGELINE_BUS === 'embedded' || settings.STAGELINE_TICKET_KEY_FILE !== '') return [];
  const name = 'STAGELINE_TICKET_KEY_FILE';
  if (signsOrChecks) {
    const detail =
      'is needed on Pulsar: every instance has to know the tickets of every other; make one with "openssl rand -out ticket.key 48"';
    return [{ name, detail }];
  }
  const reports = parts.some((part) => part.startsWith('deployer:'));
  if (!reports || settings.STAGELINE_SERVICE_KEY_FILE !== '') return [];
  return [
    {
      name: 'STAGELINE_SERVICE_KEY_FILE',
      detail: `deployers have to sign what they report: set this, or ${name}`,
    },
  ];
}
