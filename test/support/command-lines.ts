import { describe, expect, it } from '@jest/globals';
import type { exitCodes } from '../../cli/exit-codes.ts';
import { environmentOf, startCommand } from './command-line.ts';
import type { TestSystem } from './test-system.ts';

const FAILURES: readonly [
  line: string,
  caller: string,
  more: Record<string, string>,
  code: keyof typeof exitCodes,
  error: string,
  text: RegExp,
][] = [
  [
    'token payments/ledger-api',
    'ci-checkout',
    {},
    3,
    'policy_denied',
    /ask the operator to permit this role/,
  ],
  ['token payments/frozen-api', 'ci-payments', {}, 3, 'credential_disabled', /disabled/],
  [
    'token checkout/orders-api --scope reports:read',
    'ci-checkout',
    {},
    7,
    'scope_refused',
    /GET \/credentials/,
  ],
  [
    'token checkout/orders-api --audience https://x',
    'ci-checkout',
    {},
    7,
    'target_refused',
    /audience/,
  ],
  [
    'token checkout/orders-api --min-ttl 2h',
    'ci-checkout',
    {},
    7,
    'min_ttl_unsatisfiable',
    /lives 3\d{3} s/,
  ],
  ['token Orders', 'ci-checkout', {}, 7, 'request_malformed', /client_id must be team\/name/],
  ['token inventory/stale-api', 'ci-inventory', {}, 8, 'credential_refused', /invalid_client/],
  ['whoami', 'nobody', {}, 4, 'aws_credentials_unavailable', /aws sts get-caller-identity/],
  [
    'whoami --region us-east-1',
    'ci-checkout',
    {},
    4,
    'signature_refused',
    /region of the endpoint/,
  ],
  ['whoami --endpoint ftp://x', 'ci-checkout', {}, 2, 'endpoint_invalid', /TOKEN_VENDING_ENDPOINT/],
];

const EXIT_CODES: readonly [what: string, args: readonly string[], code: number][] = [
  ['no command', [], 2],
  ['an unknown command', ['frobnicate'], 2],
  ['an unknown option', ['token', 'a/b', '--frobnicate'], 2],
  ['a duration that is none', ['token', 'a/b', '--min-ttl', 'soon'], 2],
  ['a timeout that is none', ['whoami', '--timeout', 'soon'], 2],
  ['--help', ['--help'], 0],
  ['--version', ['--version'], 0],
];

const HELP_PAGES = [
  'token',
  'exec',
  'can-i',
  'whoami',
  'credentials',
  'credentials put',
  'credentials edit',
  'credentials rotate',
  'doctor',
  'policy',
  'policy check',
  'policy test',
  'policy explain',
];

const RESPONSES: readonly [line: string, output: string, code: number][] = [
  ['can-i checkout/orders-api --scope orders:write', 'yes\ndecided by   checkout-ci\n', 0],
  [
    'can-i payments/ledger-api',
    'no\ndecided by   default: no policy applies\nadvice       Check the name',
    3,
  ],
  [
    'can-i checkout/orders-api --scope admin',
    'no\ndecided by   default: no policy applies\nnot met      checkout-ci\n',
    3,
  ],
  ['policy check', '', 0],
  ['policy check --credential lost/found-api', '', 0],
  ['policy check nowhere', '', 2],
  ['policy check --credential Lost', '', 2],
  ['policy test', '', 0],
  ['policy test lib', '', 9],
  [
    'policy explain --principal arn:aws:iam::111122223333:role/ci-checkout --organization o-localexample --credential checkout/orders-api',
    'allow\nprincipal  arn:aws:iam::111122223333:role/ci-checkout\ndecided by checkout-ci (teams.cedar:4)\n',
    0,
  ],
  [
    'policy explain --principal arn:aws:iam::111122223333:role/ci-checkout --credential checkout/orders-api',
    'deny\n',
    3,
  ],
  ['policy explain --principal me --credential checkout/orders-api', '', 2],
];

/**
 * What single command lines print and how they end.
 *
 * @param sample the rows to run, by their first column; all of them by default
 */
export function describeCommandLines(system: () => TestSystem, sample?: readonly string[]): void {
  const isRun = (name: string) => sample === undefined || sample.includes(name);
  const run = async (
    line: string | readonly string[],
    caller = 'ci-checkout',
    more: Record<string, string> = {},
  ) => {
    const args = typeof line === 'string' ? line.split(' ') : line;
    const environment = {
      ...environmentOf(system(), caller),
      XDG_CONFIG_HOME: system().directory,
      ...more,
    };
    return await startCommand(args, environment).ended;
  };

  describe('a line of token-vending', () => {
    it.each(FAILURES.filter(([line]) => isRun(line)))(
      'fails on %s as %s with error and advice',
      async (line, caller, more, exitCode, error, text) => {
        const { stdout, stderr, code } = await run(line, caller, more);
        expect([stdout, code]).toEqual(['', exitCode]);
        expect(stderr).toMatch(/^token-vending: [A-Za-z].*\. \(\w+\)\n {2}\S/);
        expect(stderr).toContain(`(${error})`);
        expect(stderr).toMatch(text);
        const json = await run(`${line} --json`, caller, more);
        expect([json.code, JSON.parse(json.stderr).error.code]).toEqual([exitCode, error]);
      },
    );

    it.each(EXIT_CODES.filter(([what]) => isRun(what)))(
      'ends with the right code for %s',
      async (_what, args, exitCode) => {
        const { code, stdout, stderr } = await run(args);
        expect(code).toBe(exitCode);
        expect(exitCode === 0 ? stdout : stderr).not.toBe('');
      },
    );

    it.each(HELP_PAGES.filter(isRun))('has a help page with examples for %s', async (command) => {
      const { stdout, code } = await run([...command.split(' '), '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples:\n {2}token-vending /);
    });

    it.each(RESPONSES.filter(([line]) => isRun(line)))(
      'responds to %s',
      async (line, output, exitCode) => {
        const { stdout, code } = await run(line);
        expect([stdout.slice(0, line.includes('found-api') ? 0 : output.length), code]).toEqual([
          line.includes('found-api') ? '' : output,
          exitCode,
        ]);
        const json = await run(`${line} --json`);
        expect(json.code).toBe(exitCode);
        if (output !== '') expect(JSON.parse(json.stdout)).toBeInstanceOf(Object);
      },
    );
  });
}
