'use strict';

// The dependency rule of docs/architecture.md, one direction only. Type-only imports count.

/** Modules of `from` may import only themselves and `to`. */
const layer = (from, ...to) => ({
  name: `layer-${from}`,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: { path: '^src/', pathNot: [from, ...to].map((target) => `^src/${target}`) },
});

/** A package is known to one place only. */
const only = (pkg, home) => ({
  name: `${pkg}-only-in-${home.replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${home}` },
  // Also where an optional package is not installed and stays a bare name.
  to: { path: [`node_modules/${pkg}/`, `^${pkg}(/|$)`] },
});

const base = ['generated', 'errors', 'core'];
const adapters = ['couchdb', 'credentials', 'level', 'pulsar-admin', 'pulsar-native', 'pulsar-ws', 'sandbox'];

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/' }, to: {} },
    { name: 'src-not-to-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'ui-only-to-generated',
      severity: 'error',
      from: { path: '^ui/' },
      to: { path: '^src/', pathNot: '^src/generated' },
    },
    {
      name: 'pure-layers-have-no-node',
      severity: 'error',
      from: { path: '^src/(core|commands|projections|router)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    layer('generated'),
    layer('errors', 'generated'),
    layer('core', 'generated', 'errors'),
    layer('ports', ...base),
    layer('commands', ...base, 'ports'),
    layer('projections', ...base, 'ports'),
    layer('router', ...base, 'ports'),
    layer('sealing', ...base),
    layer('outbound', ...base),
    layer('webhooks', ...base, 'ports', 'outbound'),
    layer('deployer', ...base, 'ports', 'sealing', 'outbound'),
    layer('feed', ...base, 'ports'),
    layer('identity', ...base, 'ports'),
    layer('processor', ...base, 'ports', 'feed', 'commands/(registry|internal)', 'projections/fold'),
    layer(
      'history',
      ...base,
      'ports',
      'feed',
      'commands/(registry|internal)',
      'projections/(fold|memory-documents)',
      'processor',
    ),
    layer('http', ...base, 'ports', 'commands/registry'),
    ...adapters.map((name) => layer(`adapters/${name}`, ...base, 'ports')),
    layer('config', ...base),
    only('nano', 'adapters/couchdb'),
    only('undici', 'adapters/couchdb'),
    only('classic-level', 'adapters/'),
    only('pulsar-client', 'adapters/pulsar-native'),
    only('ws', 'adapters/pulsar-ws'),
    only('fastify', 'http'),
    only('fastify-plugin', 'http'),
    only('@fastify', 'http'),
    only('commander', 'cli'),
    only('yaml', 'cli'),
    only('jose', '(sealing|identity)/'),
    only('ajv', 'core'),
    only('pino', 'service'),
    only('prom-client', 'service'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
