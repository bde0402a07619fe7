import { createPulsarCluster } from '../adapters/pulsar-admin/cluster.js';
import type { EnvironmentConfig } from '../config.js';
import { pause } from '../core/pause.js';
import type { Check } from '../core/status.js';
import { hasCode, messageOf } from '../errors.js';
import type { Cluster } from '../ports/cluster.js';
import type { Credentials } from '../ports/credentials.js';
import type { Log } from '../ports/system.js';
import { environmentCredentials } from './credentials.js';

export interface DeployTokensOptions {
  /** Those that this process deploys to. */
  readonly environments: readonly EnvironmentConfig[];
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Opens a cluster with credentials. @defaultValue over its REST Admin API */
  readonly open?: (adminUrl: string, credentials: Credentials) => Cluster;
  /** How often they are looked at. @defaultValue 60 s */
  readonly everyMs?: number;
}

/** What is told of the tokens that deployers show to their clusters. */
export interface DeployTokens {
  /** One for each environment with tokens; what has not been found out yet is not told. */
  checks(): Check[];
  /** Looks at them until the signal. */
  run(): Promise<void>;
}

/** Who a token is, as far as it matters. */
type Standing = 'superuser' | 'plain' | { readonly fault: string };

/** Functions run as whoever deployed them: a superuser's token is warned of, in the log and in the status. */
export function createDeployTokens(options: DeployTokensOptions): DeployTokens {
  const { log, signal, everyMs = 60_000, open = openCluster } = options;
  const tokens = options.environments.flatMap(tokensOf);
  const standings = new Map<Token, Standing>();

  const look = async (token: Token): Promise<void> => {
    const cluster = open(token.adminUrl, token.credentials);
    try {
      await token.credentials.current();
      const { superuser } = await cluster.admin.traits();
      if (superuser !== undefined) tell(token, superuser ? 'superuser' : 'plain');
    } catch (error) {
      // A cluster that does not answer says nothing about the token.
      if (hasCode(error, 'TOKEN_MISSING')) tell(token, { fault: messageOf(error) });
    } finally {
      await cluster.functions.close();
    }
  };

  const tell = (token: Token, standing: Standing): void => {
    const before = standings.get(token);
    standings.set(token, standing);
    if (JSON.stringify(before) === JSON.stringify(standing)) return;
    const { environment, field } = token;
    if (standing === 'superuser')
      log.warn({ environment, setting: field }, 'functions-would-run-as-superuser');
    else if (standing !== 'plain') log.warn({ environment, reason: standing.fault }, 'token-not-readable');
  };

  return {
    checks: () =>
      [...new Set(tokens.map(({ environment }) => environment))].flatMap((environment) =>
        checkOf(
          environment,
          tokens.flatMap((token) => {
            const standing = standings.get(token);
            return token.environment === environment && standing !== undefined
              ? [{ field: token.field, standing }]
              : [];
          }),
        ),
      ),
    async run() {
      while (tokens.length > 0 && !signal.aborted) {
        for (const token of tokens) await look(token);
        await pause(everyMs, signal);
      }
    },
  };
}

function checkOf(
  environment: string,
  found: readonly { readonly field: string; readonly standing: Standing }[],
): Check[] {
  if (found.length === 0) return [];
  const name = `token:${environment}`;
  const fault = found.map(({ standing }) => standing).find((standing) => typeof standing === 'object');
  if (fault !== undefined) return [{ name, ok: false, detail: fault.fault }];
  const super_ = found.filter(({ standing }) => standing === 'superuser').map(({ field }) => field);
  const detail =
    super_.length === 0
      ? "deployed with credentials that are no superuser's"
      : `warning: ${super_.join(', ')} is a superuser's, and functions run as whoever deployed them; give the deployer a role that may only what its tenants may`;
  return [{ name, ok: true, detail }];
}

interface Token {
  readonly environment: string;
  readonly adminUrl: string;
  /** The setting that names its file. */
  readonly field: string;
  readonly credentials: Credentials;
}

function tokensOf(environment: EnvironmentConfig): Token[] {
  const { name, adminUrl, tokenFile, oauth2, tls, tenantTokenFiles = {} } = environment;
  if (adminUrl === undefined) return [];
  const credentialsOf = environmentCredentials(environment);
  const general =
    tokenFile !== undefined
      ? 'tokenFile'
      : oauth2 !== undefined
        ? 'oauth2'
        : tls?.certFile !== undefined
          ? 'tls/certFile'
          : undefined;
  const one = (field: string, tenant?: string): Token => ({
    environment: name,
    adminUrl,
    field,
    credentials: credentialsOf(tenant),
  });
  return [
    ...(general === undefined ? [] : [one(general)]),
    ...Object.keys(tenantTokenFiles).map((tenant) => one(`tenantTokenFiles/${tenant}`, tenant)),
  ];
}

function openCluster(adminUrl: string, credentials: Credentials): Cluster {
  return createPulsarCluster({ adminUrl, credentials: () => credentials, requestTimeoutMs: 10_000 });
}
