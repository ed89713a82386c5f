// Unit tests mirror lib/, client/, cli/; contract tests run one suite on every adapter of a port;
// end-to-end tests drive the built bundle. None needs a network but loopback, or an order.
const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  extensionsToTreatAsEsm: ['.ts'],
  injectGlobals: false,
  restoreMocks: true,
  setupFiles: ['<rootDir>/test/support/no-network.ts'],
  testEnvironment: 'node',
  // Third-party programs, with package.json files of their own.
  modulePathIgnorePatterns: ['<rootDir>/interop/'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
});

// What has a secret or a token of Hii Retail in its hands; each file has to pass alone.
const AUTHENTICATION =
  'provider/hiiretail/{access-token-ephemeral,connection,credential-rules,direct-tokens,iam-transport,retry,settings,settings-*,token-*,url-rules,vended-tokens}.ts';

export default {
  projects: [
    project('unit', [
      '<rootDir>/test/{lib,client,cli,provider,policies,functions,prober,local,docs,bench}/**/*.test.ts',
    ]),
    project('contract', ['<rootDir>/test/contract/**/*.test.ts']),
    project('infra', ['<rootDir>/test/infra/**/*.test.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.test.ts']),
    // Not part of `npm test`: `npm run interop`, and `npm run soak`.
    project('interop', ['<rootDir>/test/interop/**/*.test.ts']),
    project('soak', ['<rootDir>/test/soak/**/*.test.ts']),
  ],
  // Jest leaves one core out, and of two that is half. Most of what end-to-end tests do is waiting for programs that they start.
  maxWorkers: 2,
  // For each test and each hook. Hooks start and stop systems and programs, and search all that those wrote: 2 s on an idle
  // machine, past jest's own 5 s on one at a third of its speed. Jest takes this for all projects or none.
  testTimeout: 120_000,
  coverageProvider: 'v8',
  // Files of types alone have nothing to run.
  collectCoverageFrom: [
    'lib/**/*.ts',
    AUTHENTICATION,
    '!lib/{access-policy,audit-log,audit-store,authorization-server,credential-store,http,token-verifier,wire}.ts',
  ],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: {
    global: { branches: 100, functions: 100, lines: 100, statements: 100 },
    [`./${AUTHENTICATION}`]: { branches: 80, functions: 80, lines: 90, statements: 90 },
  },
};
