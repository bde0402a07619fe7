'use strict';

/** Shared by every project: TypeScript goes through SWC, types are checked by `npm run types`. */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
    // ES modules only: Node requires it as it is, Jest cannot (docs/decisions/0006).
    '/node_modules/jose/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/couchdb-server/'],
};

/** Projects by cost: `unit` is pure; `contract` and `integration` use real servers where the environment names them; `e2e` needs them. */
const projects = ['unit', 'contract', 'integration', 'e2e'].map((name) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
}));

module.exports = {
  projects,
  reporters: ['default', '<rootDir>/scripts/not-run-reporter.cjs'],
  testTimeout: 30_000,
};
