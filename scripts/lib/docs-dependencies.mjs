import { row } from './docs-configuration.mjs';

/** What each direct dependency is there for. One without a reason is one too many. */
const WHY = {
  '@fastify/cors': 'cross-origin requests, off unless configured',
  '@fastify/helmet': 'security headers',
  '@fastify/rate-limit': 'limits on requests and on wrong credentials',
  ajv: 'JSON Schema validation',
  'ajv-formats': 'formats of JSON Schema',
  canonicalize: 'RFC 8785, what is hashed',
  'classic-level': 'the embedded engines (LevelDB)',
  commander: 'the command line',
  fastify: 'HTTP',
  'fastify-plugin': 'shared plugins of the HTTP part',
  jose: 'JSON Web Tokens, tickets, sealed secrets',
  nano: 'CouchDB',
  pino: 'the log',
  'prom-client': 'metrics',
  'pulsar-client': "Pulsar's native client; optional, loaded when `STAGELINE_BUS=pulsar`",
  undici: 'connections to CouchDB whose certificate is of an authority of its own',
  uuid: 'ids',
  ws: "Pulsar's WebSocket API",
  yaml: 'configs written as YAML',
};

/** Licences that go together with Apache-2.0 in one distribution. */
const LICENCES = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'Unlicense',
]);

/** docs/dependencies.md out of package.json and package-lock.json. Throws where a reason or a fitting licence is missing. */
export function dependenciesMarkdown(manifest, lock) {
  const direct = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const packages = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path, facts]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), path, ...facts }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const name of Object.keys(direct))
    if (WHY[name] === undefined)
      throw new Error(`${name}: say what it is there for in scripts/lib/docs-dependencies.mjs`);
  for (const name of Object.keys(WHY))
    if (direct[name] === undefined) throw new Error(`${name}: there is no such dependency any more`);
  for (const { name, version, license } of packages)
    if (!LICENCES.has(license))
      throw new Error(`${name} ${version}: the licence ${license} has not been looked at`);
  const counts = new Map();
  for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript === true);
  const installed = (name) => lock.packages[`node_modules/${name}`];
  return `# Dependencies

What a running service is made of besides its own code, and what each is there for. Tools for development are not in
it. \`npm sbom --sbom-format cyclonedx --omit dev\` gives the whole as an SBOM, \`npm run audit\` asks for known
vulnerabilities.

| package | version | licence | what for |
| --- | --- | --- | --- |
${Object.keys(direct)
  .sort()
  .map((name) =>
    row([`\`${name}\``, installed(name)?.version ?? '', installed(name)?.license ?? '', WHY[name]]),
  )
  .join('\n')}

With what these bring along ${packages.length} packages: ${[...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([license, count]) => `${license} ${count}`)
    .join(', ')}.

## Scripts at installation

These run code when they are installed; \`npm ci --ignore-scripts\` leaves that out.

${scripts.map(({ name, version, optional }) => `- \`${name}\` ${version}${optional === true ? ' (optional)' : ''}`).join('\n')}

\`classic-level\` looks for its prebuilt binary, which lies in the package, and compiles only where there is none.
\`pulsar-client\` downloads its binary from outside the registry, and may be left out (\`npm ci --omit=optional\`): the
service reaches Pulsar over WebSocket then.
`;
}
