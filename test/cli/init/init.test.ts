import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answers, questions } from '../../../cli/init/answers.ts';
import { findAnswers } from '../../../cli/init/ask.ts';
import { describeFirstTeam } from '../../../cli/init/first-team.ts';
import { lintPolicies } from '../../../cli/policy/lint.ts';
import { parseTokenVendingConfig } from '../../../infra/token-vending-config.ts';
import { imagineCaller } from '../../../lib/access/caller.ts';
import { inspectDirectory, NOON, openDirectory } from '../../support/policies.ts';
import { runCommand } from '../../support/run-command.ts';

const RIGHT: Answers = {
  team: 'support',
  credential: 'tickets-api',
  ciRole: 'arn:aws:iam::111122223333:role/pipelines/ci-support',
  issuer: 'https://auth.example.com/tenant/',
  alarmEmail: 'alarms@example.com',
};
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-init-'));
});
afterEach(() => rm(directory, { recursive: true }));

const flagsOf = (answers: Partial<Answers>) =>
  questions.flatMap(({ name, flag }) => {
    const value = answers[name];
    return value === undefined ? [] : [flag, value];
  });
const init = (answers: Partial<Answers>, ...more: string[]) =>
  runCommand(['init', directory, ...flagsOf(answers), ...more]);
const written = async () => (await readdir(directory, { recursive: true })).sort();

describe('token-vending init', () => {
  it('writes configuration, policy and Terraform sample, and prints the next steps', async () => {
    const { code, stdout, stderr } = await init(RIGHT);
    expect(code).toBeUndefined();
    expect(stdout.trim().split('\n')).toEqual(
      ['token-vending.config.yaml', 'policies/support.cedar', 'main.tf'].map((file) =>
        path.join(directory, file),
      ),
    );
    expect(await written()).toEqual([
      'main.tf',
      'policies',
      'policies/support.cedar',
      'token-vending.config.yaml',
    ]);
    for (const step of [
      'policy check',
      'cdk deploy',
      'credentials put support/tickets-api',
      'can-i support/tickets-api',
      'token support/tickets-api',
    ])
      expect(stderr).toContain(step);
    expect(stderr).toContain('"issuer":"https://auth.example.com/tenant/"');
  });

  it('writes only the policy for the local system, and prompts only for what that needs', async () => {
    const { team, credential, ciRole } = RIGHT;
    const { stdout } = await init({ team, credential, ciRole }, '--policies-only', '--json');
    const { written: files, next } = JSON.parse(stdout);
    expect(files).toEqual([path.join(directory, 'policies/support.cedar')]);
    expect(next[0].command).toMatch(
      /^token-vending policy check .*--credential support\/tickets-api$/,
    );
    expect(await written()).toEqual(['policies', 'policies/support.cedar']);
  });

  it('overwrites nothing without --force', async () => {
    const file = path.join(directory, 'main.tf');
    await writeFile(file, 'mine');
    const refused = await init(RIGHT);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`${file}: already exists`),
    ]);
    expect(await written()).toEqual(['main.tf']);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await init(RIGHT, '--force')).code).toBeUndefined();
    expect(await readFile(file, 'utf8')).toContain('tokenvending');
  });

  it('names other policies that are in force', async () => {
    await init(RIGHT);
    const { stderr } = await init({ ...RIGHT, team: 'delivery' }, '--force');
    expect(stderr).toMatch(
      /Other policies in .*: support\.cedar\.\n.*a forbid there overrides every permit/,
    );
  });

  it.each<[Partial<Answers>, RegExp]>([
    [{ team: 'Support' }, /^token-vending: --team must be 1 to 63 lower-case letters/],
    [{ team: '-' }, /--team must be/],
    [{ credential: 'checkout/tickets-api' }, /--credential must be .* or that after the team/],
    [{ credential: '' }, /--credential must be/],
    [
      { ciRole: 'arn:aws:sts::111122223333:assumed-role/ci/run' },
      /--ci-role .* the role of the session\.$/m,
    ],
    [{ ciRole: 'arn:aws:iam::111122223333:role/ci"' }, /--ci-role must be/],
    [{ issuer: 'http://auth.example.com' }, /--issuer must be an https URL/],
    [{ issuer: 'https://auth.example.com?x' }, /--issuer must be/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of Terraform
    [{ issuer: 'https://auth.example.com/${path.module}' }, /--issuer must be/],
    [{ alarmEmail: 'nobody' }, /--alarm-email must be an e-mail address/],
    [{ team: 'A', issuer: 'x' }, /--team .*\n(.*\n)?--issuer /],
  ])('rejects %j with its rule, and writes nothing', async (wrong, says) => {
    const { code, stdout, stderr } = await init({ ...RIGHT, ...wrong });
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
    expect(await written()).toEqual([]);
  });
});

describe('the files of a first team', () => {
  const awkward: Answers[] = [
    RIGHT,
    { ...RIGHT, team: '1', credential: '0x10' },
    {
      ...RIGHT,
      team: 'null',
      credential: 'true',
      alarmEmail: "#'a{b}: *x@example.com".replace(' ', ''),
    },
    { ...RIGHT, ciRole: 'arn:aws-cn:iam::111122223333:role/a+b=c,d.e@f_g-h' },
  ];

  it.each(awkward)('are a deployment that its parser accepts: $team/$credential', (answers) => {
    const text = describeFirstTeam(answers, false)['token-vending.config.yaml'] ?? '';
    expect(parseTokenVendingConfig(text, 'x')).toMatchObject({
      allowedPrincipals: { roles: [answers.ciRole] },
      alarmEmail: answers.alarmEmail,
      policies: 'policies',
      prober: false,
    });
  });

  it.each(awkward)(
    'are a policy for that role and that team: $team/$credential',
    async (answers) => {
      const { team, credential, ciRole } = answers;
      const [[file, policy] = ['', '']] = Object.entries(describeFirstTeam(answers, true));
      expect(file).toBe(`policies/${team}.cedar`);
      await writeFile(path.join(directory, path.basename(file)), policy);
      const { set, findings } = inspectDirectory(directory);
      expect(findings).toEqual([]);
      expect(lintPolicies(set.policies, [`${team}/${credential}`])).toEqual([]);
      const decide = (principal: string, name: string) => {
        const caller = imagineCaller(principal, undefined);
        if (caller === undefined) throw new Error(principal);
        const request = { caller, action: 'vendToken', context: NOON } as const;
        return openDirectory(directory).decide({
          ...request,
          credential: { team: name, name: credential },
        }).allowed;
      };
      expect(decide(ciRole, team)).toBe(true);
      expect(decide(ciRole, 'another')).toBe(false);
      expect(decide(`${ciRole}x`, team)).toBe(false);
    },
  );
});

describe('the prompts', () => {
  function terminal() {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    return { input, output, signal: new AbortController().signal };
  }

  it('are shown in turn, and again with the rule after an invalid value', async () => {
    const { input, output, signal } = terminal();
    const asked = findAnswers(questions, { issuer: RIGHT.issuer }, { input, output, signal });
    const answers = [
      'Support',
      'support',
      'support/tickets-api',
      RIGHT.ciRole,
      'x',
      RIGHT.alarmEmail,
    ];
    for (const answer of answers) {
      await new Promise((resolve) => output.once('readable', resolve));
      input.write(`${answer}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await asked).toEqual(RIGHT);
    output.end();
    const shown = await text(output);
    expect(shown.match(/It must be/g)).toHaveLength(2);
    expect(shown).not.toContain('Issuer');
  });

  it('end with Ctrl-D, and nothing is written', async () => {
    const { input, output, signal } = terminal();
    const asked = findAnswers(questions, {}, { input, output, signal });
    input.end('support\n');
    await expect(asked).rejects.toMatchObject({ exitCode: 130, message: 'nothing was written.' });
  });

  it('are not shown without a terminal: the flags are named', async () => {
    const input = new PassThrough();
    const asked = findAnswers(questions, { team: 'a' }, { ...terminal(), input });
    await expect(asked).rejects.toMatchObject({
      exitCode: 2,
      message:
        'missing --credential <name>, --ci-role <arn>, --issuer <url>, --alarm-email <address>: there is no terminal for a prompt.',
    });
  });
});
