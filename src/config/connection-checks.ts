import type { Settings } from '../core/types.js';
import type { Check } from './check.js';
import { deployerRoleOf, given, pulsarAddresses, pulsarCredentials } from './connections.js';
import { credentialFaults, credentialFileFaults, passwordFileFaults } from './credential-checks.js';
import { settingName } from './credential-names.js';
import { hint, type Fault } from './faults.js';
import { hasCredentials } from './hosts.js';
import { SETTING_NAMES, type SettingName } from './settings-schema.js';

const beginningWith = (...beginnings: readonly string[]): SettingName[] =>
  SETTING_NAMES.filter((name) => beginnings.some((beginning) => name.startsWith(beginning)));

const pulsar: Check = {
  needs: ['STAGELINE_BUS', ...beginningWith('STAGELINE_PULSAR_')],
  find(settings, cwd) {
    if (settings.STAGELINE_BUS === 'embedded') return [];
    const credentials = pulsarCredentials(settings);
    const nameOf = (field: string): string => settingName('STAGELINE_PULSAR', field);
    return [
      ...credentialFaults(credentials, nameOf, pulsarAddresses(settings)),
      ...credentialFileFaults(credentials, nameOf, cwd),
    ];
  },
};

const pulsarUrls: readonly Check[] = (
  ['STAGELINE_PULSAR_URL', 'STAGELINE_PULSAR_WS_URL', 'STAGELINE_PULSAR_ADMIN_URL'] as const
).map((name) => ({
  needs: [name],
  find: (settings: Settings): Fault[] =>
    hasCredentials(settings[name]) || settings[name].includes('token=')
      ? [{ name, detail: 'must hold no user name, password or token; set STAGELINE_PULSAR_TOKEN_FILE' }]
      : [],
}));

const ROLE_LISTS = [
  'STAGELINE_PULSAR_COMMANDS_ROLES',
  'STAGELINE_PULSAR_READER_ROLES',
  'STAGELINE_PULSAR_HTTP_ROLES',
  'STAGELINE_PULSAR_ROUTER_ROLES',
  'STAGELINE_PULSAR_DEPLOYER_ROLES',
] as const satisfies readonly SettingName[];

const roles: Check = {
  needs: ['STAGELINE_PULSAR_ROLE', 'STAGELINE_ENVIRONMENTS', ...ROLE_LISTS],
  find(settings) {
    const faults: Fault[] = [];
    if (settings.STAGELINE_PULSAR_ROLE === '')
      for (const name of ROLE_LISTS)
        if (settings[name].length > 0)
          faults.push({
            name,
            detail: "says nothing alone; set STAGELINE_PULSAR_ROLE to the processor's role too",
          });
    const names = settings.STAGELINE_ENVIRONMENTS.map(({ name }) => name);
    for (const [index, value] of settings.STAGELINE_PULSAR_DEPLOYER_ROLES.entries()) {
      const { environment, role } = deployerRoleOf(value);
      const name = `STAGELINE_PULSAR_DEPLOYER_ROLES/${index}`;
      if (role === '') faults.push({ name, value, detail: 'must be role or environment=role' });
      if (environment !== undefined && !names.includes(environment))
        faults.push({
          name,
          value,
          detail: `there is no environment "${environment}" (there are: ${names.join(', ')})${hint(environment, names)}`,
        });
    }
    return faults;
  },
};

const couchdb: Check = {
  needs: ['STAGELINE_STORE', ...beginningWith('STAGELINE_COUCHDB_')],
  find(settings, cwd) {
    if (settings.STAGELINE_STORE !== 'couchdb') return [];
    const url = settings.STAGELINE_COUCHDB_URL;
    const user = given(settings.STAGELINE_COUCHDB_USER);
    const passwordFile = given(settings.STAGELINE_COUCHDB_PASSWORD_FILE);
    const tls = { caFile: given(settings.STAGELINE_COUCHDB_TLS_CA_FILE) };
    const nameOf = (field: string): string => settingName('STAGELINE_COUCHDB', field);
    const faults: Fault[] = [];
    if (user !== undefined && passwordFile === undefined)
      faults.push({
        name: 'STAGELINE_COUCHDB_USER',
        detail: 'needs a password; set STAGELINE_COUCHDB_PASSWORD_FILE',
      });
    if (passwordFile !== undefined && user === undefined)
      faults.push({
        name: 'STAGELINE_COUCHDB_PASSWORD_FILE',
        detail: 'needs a user; set STAGELINE_COUCHDB_USER',
      });
    if (user !== undefined && hasCredentials(url))
      faults.push({
        name: 'STAGELINE_COUCHDB_USER',
        detail: 'STAGELINE_COUCHDB_URL holds a user too; set one of them',
      });
    return [
      ...faults,
      ...credentialFaults({ tls }, nameOf, [withoutCredentials(url)]),
      ...credentialFileFaults({ tls }, nameOf, cwd),
      ...passwordFileFaults('STAGELINE_COUCHDB_PASSWORD_FILE', passwordFile, cwd),
    ];
  },
};

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//');
}

/** Files of environments are read by whoever deploys there, and so when they are needed. */
const environments: Check = {
  needs: ['STAGELINE_ENVIRONMENTS'],
  find: ({ STAGELINE_ENVIRONMENTS: all }) =>
    all.flatMap(({ adminUrl, ...access }, index) =>
      adminUrl === undefined
        ? []
        : credentialFaults(access, (field) => `STAGELINE_ENVIRONMENTS/${index}/${field}`, [adminUrl]),
    ),
};

/** What the settings of connections must agree in. */
export const CONNECTION_CHECKS: readonly Check[] = [pulsar, ...pulsarUrls, roles, couchdb, environments];
