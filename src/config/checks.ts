import type { Settings } from '../core/types.js';
import { topicFullName } from '../core/topic-name.js';
import { TOPICS, type Check } from './check.js';
import { hint, type Fault } from './faults.js';
import { CONNECTION_CHECKS } from './connection-checks.js';
import { beamTopics } from './beam.js';
import { heads, metrics } from './export-checks.js';
import { identity, isAuthenticated } from './identity-checks.js';
import { hasCredentials, hostsOf, isLoopback } from './hosts.js';
import { allParts, expandParts } from './parts.js';
import type { SettingName } from './settings-schema.js';

const environmentNames: Check = {
  needs: ['STAGELINE_ENVIRONMENTS'],
  find: ({ STAGELINE_ENVIRONMENTS: environments }) => [
    ...(environments.length === 0
      ? [{ name: 'STAGELINE_ENVIRONMENTS', detail: 'must name at least one environment' }]
      : []),
    ...environments.flatMap(({ name, adminUrl, approvals: _approvals, ...access }, index): Fault[] => {
      const at = `STAGELINE_ENVIRONMENTS/${index}`;
      const faults: Fault[] = [];
      if (environments.findIndex((other) => other.name === name) < index) {
        faults.push({ name: `${at}/name`, value: name, detail: 'is there twice; each environment once' });
      }
      if (adminUrl !== undefined && hasCredentials(adminUrl)) {
        const detail = 'must hold no user name or password: it is written to the journal';
        faults.push({ name: `${at}/adminUrl`, value: adminUrl, detail });
      } else if (adminUrl !== undefined && hostsOf(adminUrl) === undefined) {
        const detail = 'is no URL; such as http://pulsar.example.com:8080';
        faults.push({ name: `${at}/adminUrl`, value: adminUrl, detail });
      }
      if (adminUrl === undefined) {
        const detail = 'says nothing to the sandbox; set adminUrl, or leave it out';
        faults.push(...Object.keys(access).map((field) => ({ name: `${at}/${field}`, detail })));
      }
      for (const [place, host] of (access.allowedHosts ?? []).entries()) {
        if (/^[^\s/?#@]+$/.test(host) && hostsOf(`http://${host}`) !== undefined) continue;
        const detail = 'must be host or host:port';
        faults.push({ name: `${at}/allowedHosts/${place}`, value: host, detail });
      }
      return faults;
    }),
  ],
};

const urls: readonly Check[] = (
  [
    'STAGELINE_PULSAR_URL',
    'STAGELINE_PULSAR_WS_URL',
    'STAGELINE_PULSAR_ADMIN_URL',
    'STAGELINE_COUCHDB_URL',
  ] as const
).map((name) => ({
  needs: [name],
  find: (settings) =>
    hostsOf(settings[name]) === undefined ? [{ name, value: settings[name], detail: 'is no URL' }] : [],
}));

const urlAllow: readonly Check[] = (['STAGELINE_URL_ALLOW', 'STAGELINE_WEBHOOK_URL_ALLOW'] as const).map(
  (setting) => ({
    needs: [setting],
    find: (settings) =>
      settings[setting].flatMap((entry, index) =>
        /^https?:\/\/[^/?#@\s]+\/?$/.test(entry) && hostsOf(entry) !== undefined
          ? []
          : [
              {
                name: `${setting}/${index}`,
                value: entry,
                detail: 'must be scheme://host or scheme://host:port, without a path',
              },
            ],
      ),
  }),
);

const topics: Check = {
  needs: [...TOPICS, 'STAGELINE_TOPIC_ENVIRONMENT_PREFIX', 'STAGELINE_ENVIRONMENTS'],
  find: (settings) => {
    const faults: Fault[] = [];
    const owners = new Map<string, string>();
    for (const name of TOPICS) {
      const topic = settings[name];
      if (topicFullName(topic) !== topic) {
        const detail = 'is no full topic name; such as persistent://ops/stageline/commands';
        faults.push({ name, value: topic, detail });
      } else if (name !== 'STAGELINE_TOPIC_BEATS' && !topic.startsWith('persistent://')) {
        faults.push({ name, value: topic, detail: 'must be persistent: what is on it may not be lost' });
      }
      const owner = owners.get(topic);
      if (owner !== undefined) {
        faults.push({ name, value: topic, detail: `is the topic of ${owner} too; each needs its own` });
      }
      owners.set(topic, name);
    }
    for (const environment of new Set(settings.STAGELINE_ENVIRONMENTS.map(({ name }) => name))) {
      const topic = settings.STAGELINE_TOPIC_ENVIRONMENT_PREFIX + environment;
      const owner = owners.get(topic);
      if (owner === undefined) continue;
      const detail = `environment ${environment} would be deployed to by this topic, which is that of ${owner}; each needs its own`;
      faults.push({ name: 'STAGELINE_TOPIC_ENVIRONMENT_PREFIX', value: topic, detail });
    }
    return faults;
  },
};

const routers: Check = {
  needs: ['STAGELINE_ROUTERS'],
  find: ({ STAGELINE_ROUTERS: given }) =>
    given.flatMap(({ name, inputs }, index) => {
      const faults: Fault[] = [];
      const at = `STAGELINE_ROUTERS/${index}`;
      if (given.findIndex((other) => other.name === name) < index) {
        const detail = 'is there twice; routers of one name would share a subscription';
        faults.push({ name: `${at}/name`, value: name, detail });
      }
      if (inputs.length === 0) faults.push({ name: `${at}/inputs`, detail: 'must name at least one topic' });
      for (const [place, topic] of inputs.entries()) {
        if (topicFullName(topic) === undefined) {
          faults.push({ name: `${at}/inputs/${place}`, value: topic, detail: 'is no topic name' });
        }
      }
      return faults;
    }),
};

const parts: Check = {
  needs: ['STAGELINE_PARTS', 'STAGELINE_ENVIRONMENTS', 'STAGELINE_BUS', 'STAGELINE_STORE'],
  find: (settings) => {
    const name = 'STAGELINE_PARTS';
    const names = settings.STAGELINE_ENVIRONMENTS.map((environment) => environment.name);
    if (settings.STAGELINE_PARTS.length === 0) return [{ name, detail: 'must name at least one part' }];
    const strangers = settings.STAGELINE_PARTS.flatMap((part) => {
      const environment = part.startsWith('deployer:') ? part.slice('deployer:'.length) : undefined;
      if (environment === undefined || names.includes(environment)) return [];
      const detail = `there is no environment "${environment}" (there are: ${names.join(', ')})${hint(environment, names)}`;
      return [{ name, value: part, detail }];
    });
    if (strangers.length > 0) return strangers;
    const running = expandParts(settings.STAGELINE_PARTS, names);
    const missing = allParts(names).filter((part) => !running.includes(part));
    if (missing.length === 0) return [];
    const value = settings.STAGELINE_PARTS.join(',');
    if (settings.STAGELINE_BUS === 'embedded') {
      return [
        {
          name,
          value,
          detail:
            `the embedded bus is inside one process, so all parts must run in it; missing: ${missing.join(', ')}. ` +
            'Leave STAGELINE_PARTS out, or set STAGELINE_BUS=pulsar or pulsar-ws and STAGELINE_STORE=couchdb to run parts apart',
        },
      ];
    }
    if (settings.STAGELINE_STORE === 'couchdb') return [];
    return [
      {
        name: 'STAGELINE_STORE',
        value: settings.STAGELINE_STORE,
        detail:
          'the embedded store is inside one process: with Pulsar as the bus it will do only while all parts run in ' +
          `that process; missing: ${missing.join(', ')}. Set STAGELINE_STORE=couchdb to run parts apart`,
      },
    ];
  },
};

/** What somebody on another machine could reach, or listen to, and why; empty while all is on loopback. */
export function exposures(settings: Settings): Fault[] {
  const found: Fault[] = [];
  if (!isLoopback(settings.STAGELINE_HTTP_HOST)) {
    const detail = 'the service would listen beyond this machine';
    found.push({ name: 'STAGELINE_HTTP_HOST', value: settings.STAGELINE_HTTP_HOST, detail });
  }
  const brokers = {
    embedded: [],
    pulsar: ['STAGELINE_PULSAR_URL', 'STAGELINE_PULSAR_ADMIN_URL'],
    'pulsar-ws': ['STAGELINE_PULSAR_WS_URL', 'STAGELINE_PULSAR_ADMIN_URL'],
  } as const satisfies Record<Settings['STAGELINE_BUS'], readonly SettingName[]>;
  for (const name of brokers[settings.STAGELINE_BUS]) {
    const value = settings[name];
    if (!(hostsOf(value) ?? []).every(isLoopback)) {
      found.push({ name, value, detail: 'the broker is not on this machine' });
    }
  }
  return found;
}

const unauthenticated: Check = {
  needs: [
    'STAGELINE_HTTP_HOST',
    'STAGELINE_BUS',
    'STAGELINE_PULSAR_URL',
    'STAGELINE_PULSAR_WS_URL',
    'STAGELINE_PULSAR_ADMIN_URL',
    'STAGELINE_ALLOW_UNAUTHENTICATED',
    'STAGELINE_AUTH_JWKS_URL',
    'STAGELINE_AUTH_PUBLIC_KEY_FILE',
    'STAGELINE_AUTH_HS256_SECRET_FILE',
    'STAGELINE_TICKET_KEY_FILE',
    'STAGELINE_SERVICE_KEY_FILE',
  ],
  find: (settings) =>
    settings.STAGELINE_ALLOW_UNAUTHENTICATED || isAuthenticated(settings)
      ? []
      : exposures(settings).map((exposure) => ({
          ...exposure,
          detail:
            `${exposure.detail}, and nobody is asked who they are: whoever reaches it may deploy to every environment. ` +
            'Set STAGELINE_AUTH_JWKS_URL or another key (docs/security.md), or use a loopback address, or set STAGELINE_ALLOW_UNAUTHENTICATED=true if only people you trust can reach it',
        })),
};

/** Every check beyond the schema. */
export const CHECKS: readonly Check[] = [
  environmentNames,
  ...urls,
  ...urlAllow,
  topics,
  routers,
  beamTopics,
  parts,
  heads,
  metrics,
  identity,
  ...CONNECTION_CHECKS,
  unauthenticated,
];
