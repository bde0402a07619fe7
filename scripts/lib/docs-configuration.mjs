/** docs/configuration.md out of schemas/config.json and the variables beside it. */
export function configurationMarkdown(schema, furtherVariables) {
  const rows = Object.entries(schema.properties).map(([name, setting]) =>
    row([`\`${name}\``, kindOf(setting), defaultOf(name, setting), setting.description]),
  );
  const further = Object.entries(furtherVariables).map(([name, text]) => row([`\`${name}\``, text]));
  return `# Configuration

Settings come from three places; the later one wins:

1. the defaults below,
2. \`stageline.config.json\` in the current folder, or the file that \`STAGELINE_CONFIG_FILE\` names: one JSON object
   with the names below,
3. environment variables. An empty one counts as not set.

In a variable, numbers are digits, booleans \`true\` or \`false\`, and lists either words with commas between them or
JSON; lists of objects are JSON. In the file everything is JSON. Relative paths start at the current folder.

Whatever is wrong stops the start, with every fault listed at once; a setting that does not exist is a fault too.

## Settings

| name | kind | default | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}

## Variables beside the settings

These are read from the environment only.

| name | meaning |
| --- | --- |
${further.join('\n')}

Two kinds of variables are left alone although they begin with \`STAGELINE_\`: \`STAGELINE_TEST_*\`, which belong to the
scripts for tests, and what Kubernetes sets for a service named \`stageline\` (\`STAGELINE_SERVICE_HOST\`,
\`STAGELINE_PORT=tcp://…\`, …).

## Rules between settings

- \`STAGELINE_BUS=embedded\` needs all parts in one process. So does \`STAGELINE_STORE=embedded\`, whatever the bus:
  to run parts apart, take \`pulsar\` or \`pulsar-ws\` and \`couchdb\`.
- \`STAGELINE_PARTS\`: \`deployer\` stands for \`deployer:<environment>\` of every environment.
- Environments: the names \`results\`, \`role\` and \`token\` are taken; each name once; no user name or password in an
  \`adminUrl\`; \`tokenFile\`, \`tenantTokenFiles\`, \`oauth2\`, \`tls\` and
  \`allowedHosts\` only beside an \`adminUrl\`.
- Connections ([connections.md](connections.md)): a token comes from a file or from an issuer, not from both; a
  certificate and its key, a user and its password, an issuer and a client's secret come together; certificates need an
  address with TLS; no address of Pulsar holds a password or a token. Files for the bus and CouchDB must be readable at
  the start, where those are used.
- \`STAGELINE_PULSAR_…_ROLES\` need \`STAGELINE_PULSAR_ROLE\`.
- Topics: each has its own; all but that of the beats are persistent.
- \`STAGELINE_ROUTERS\`, when empty: one router that reads \`STAGELINE_TOPIC_DEPLOYMENTS\`, takes the value of
  \`environment\` and sends the message to \`STAGELINE_TOPIC_ENVIRONMENT_PREFIX\` with that value behind it. It allows the
  names of the environments and nothing else.
- A bind address that is not loopback, or a broker (\`STAGELINE_PULSAR_URL\`, \`STAGELINE_PULSAR_WS_URL\`,
  \`STAGELINE_PULSAR_ADMIN_URL\`, whichever the bus uses) that is not on loopback, is refused unless
  \`STAGELINE_ALLOW_UNAUTHENTICATED=true\`: Stageline does not check yet who asks, so whoever reaches it may deploy to
  every environment.

## Example

\`\`\`json
{
  "STAGELINE_BUS": "pulsar-ws",
  "STAGELINE_PULSAR_WS_URL": "ws://127.0.0.1:8080",
  "STAGELINE_PULSAR_ADMIN_URL": "http://127.0.0.1:8080",
  "STAGELINE_ENVIRONMENTS": [
    { "name": "test", "adminUrl": "http://127.0.0.1:8080" },
    {
      "name": "prod",
      "adminUrl": "https://pulsar.example.com:8443",
      "tokenFile": "tokens/prod",
      "tenantTokenFiles": { "orders": "tokens/prod-orders" },
      "allowedHosts": ["broker-1.example.com:8443", "broker-2.example.com:8443"]
    }
  ],
  "STAGELINE_URL_ALLOW": ["https://builds.example.com"]
}
\`\`\`
`;
}

function kindOf(setting) {
  if (setting.enum) return setting.enum.map((value) => `\`${value}\``).join(', ');
  if (setting.type === 'array') return setting.items.type === 'string' ? 'list of words' : 'list of objects';
  if (setting.type !== 'integer') return setting.type;
  const { minimum, maximum } = setting;
  return maximum === undefined ? `integer from ${minimum}` : `integer from ${minimum} to ${maximum}`;
}

function defaultOf(name, { default: value }) {
  if (name === 'STAGELINE_ARTIFACT_ROOTS') return '`artifacts/` in the data directory, `examples/`';
  if (name === 'STAGELINE_ROUTERS') return 'one router, by environment';
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return `\`${value.join(',')}\``;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** One line of a table. */
export function row(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
