// Unit tests mirror lib/, client/, cli/; contract tests run one suite on every adapter of a port;
// end-to-end tests drive the built bundle. None needs a network but loopback, or an order.
const project = (displayName, testMatch, ignored = []) => ({
  displayName,
  testMatch,
  testPathIgnorePatterns: ['/node_modules/', ...ignored],
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
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
});

// What has a secret or a token of Hii Retail in its hands; each file has to pass alone.
const AUTHENTICATION =
  'provider/hiiretail/{access-token-ephemeral,connection,credential-rules,direct-tokens,iam-transport,retry-policy,settings,settings-*,token-*,url-rules,vended-tokens}.ts';

const UNIT = [
  '<rootDir>/test/{lib,client,cli,action,provider,stories,policies,functions,prober,profiles,recipes,local,docs,bench,runtime}/**/*.test.ts',
];
// Folders with the unit tests of what coverage is measured of.
const CORE = [
  '<rootDir>/test/lib/',
  '<rootDir>/test/stories/',
  '<rootDir>/test/provider/hiiretail/',
];

// They import a library of the outside world or read and write files and streams; contract and end-to-end tests run them.
const ADAPTERS = [
  'access/cedar/engine',
  'audit/{file-reader,file-store,s3-store}',
  'credential/{secrets-manager,secrets-manager-api,secrets-manager-send}',
  'grant/{jose,openid-client,openid-client-authentication}',
  'http/https-transport',
  'metrics/{print-line,report-error}',
  'rotation/secrets-manager-rotation',
  'signing/{kms-keys,kms-signer,web-identity}',
];

// They have nothing to run.
const TYPES_ALONE = [
  'audit/{anchor-signer,audited-mint,event,log,log-reader,rotation-step,store,verification}',
  'credential/{presenter,secrets-api,store}',
  'grant/{authorization-server,client-assertions,exchange,expectations,grant-finding,token-verifier}',
  'errors/error-row',
  'http/messages',
  'rotation/{admin-access,rotation-secrets,turn}',
  'time/clock',
  'token/{living,minted}-token',
  'vending/{allowed-request,request-context}',
];

export default {
  projects: [
    // `npm run check` measures the coverage of `core` and `contract`: it makes tests take twice as long.
    project(
      'core',
      CORE.map((folder) => `${folder}**/*.test.ts`),
    ),
    project('edges', UNIT, CORE),
    project('unit', UNIT),
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
  testSequencer: '<rootDir>/tools/test/samples-first.js',
  coverageProvider: 'v8',
  collectCoverageFrom: [
    'lib/**/*.ts',
    AUTHENTICATION,
    ...[...ADAPTERS, ...TYPES_ALONE].map((file) => `!lib/${file}.ts`),
  ],
  // The table names each file below 100 %. The summary is of all files, so it may say less than what holds for `lib/`.
  coverageReporters: ['text-summary', ['text', { skipFull: true }], 'lcov'],
  coverageThreshold: {
    // Of all files but those of the other lines: jest takes them out of `global`.
    global: { branches: 100, functions: 100, lines: 100, statements: 100 },
    [`./${AUTHENTICATION}`]: { branches: 80, functions: 80, lines: 90, statements: 90 },
  },
};
