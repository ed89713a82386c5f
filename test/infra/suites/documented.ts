import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { buildProgram } from '../../../cli/program.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import {
  isAllowed,
  type PolicyDocument,
  type Principal,
} from '../../../local/aws-iam/iam-evaluator.ts';
import { type DeployedAccess, readAccess } from '../iam/deployed-access.ts';
import { synthesisedOnce, withCredential } from '../synthesised-once.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (page: string) => readFileSync(path.join(root, 'docs', page), 'utf8');
const PAGES = [
  'deploy.md',
  'operate.md',
  'security.md',
  'audit.md',
  'policies.md',
  'local.md',
  'guides/migration.md',
];

/** Snippets of a language, without the indentation of lists. */
function snippets(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms'))].map(
    ([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

const lines = (page: string) =>
  snippets(read(page), 'sh').flatMap((code) => code.replaceAll('\\\n', ' ').split('\n'));

/** The words of each command of a pipeline that begins with `name`, or with npx and that. */
function callsOf(name: string, page: string): string[][] {
  return lines(page)
    .flatMap((line) => line.split(/ \| | && /))
    .map((part) => wordsOf(part.trim()))
    .map((words) =>
      words.filter((word, at) => word !== 'npx' && !(at === 1 && word === '--no-install')),
    )
    .filter(([first]) => first === name)
    .map(([, ...args]) => args);
}

function wordsOf(command: string): string[] {
  return [...command.replace(/\s#.*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}

function withoutActions(command: Command): Command {
  command.action(() => undefined);
  for (const each of command.commands) withoutActions(each);
  return command;
}

describe('the commands that the documentation shows', () => {
  it('of token-vending are accepted by it, with their options', async () => {
    let count = 0;
    for (const page of PAGES) {
      for (const args of callsOf('token-vending', page)) {
        const separator = args.indexOf('--');
        const own = separator < 0 ? args : args.slice(0, separator);
        const sink = { write: () => true } as unknown as NodeJS.WriteStream;
        const program = withoutActions(
          buildProgram({
            environment: {},
            stdout: sink,
            stderr: sink,
            childCommand: separator < 0 ? [] : args.slice(separator + 1),
            signal: AbortSignal.timeout(10_000),
          }),
        );
        const parsed = await program.parseAsync(own, { from: 'user' }).then(
          () => 'understood',
          (error: Error) => error.message,
        );
        expect([page, own.join(' '), parsed]).toEqual([page, own.join(' '), 'understood']);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(25);
  });

  it('of cdk are accepted by the pinned version, with their options', async () => {
    const cdk = path.join(root, 'node_modules/aws-cdk/bin/cdk');
    const helpOf = async (command: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, [cdk, command, '--help'], {
        env: { PATH: process.env['PATH'], HOME: tmpdir() },
      });
      return stdout;
    };
    const calls = ['deploy.md', 'operate.md'].flatMap((page) => callsOf('cdk', page));
    expect(new Set(calls.map(([command]) => command))).toEqual(
      new Set(['synth', 'bootstrap', 'diff', 'deploy']),
    );
    const help = new Map<string, string>();
    for (const [command = '', ...rest] of calls) {
      const stdout = help.get(command) ?? (await helpOf(command));
      help.set(command, stdout);
      expect(stdout).toContain(`cdk ${command}`);
      for (const option of rest.filter((word) => word.startsWith('-')))
        expect([command, stdout]).toEqual([command, expect.stringContaining(option)]);
    }
  });

  it('of npm are scripts of the repository', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const runs = PAGES.flatMap((page) => callsOf('npm', page)).filter(([verb]) => verb === 'run');
    expect(runs.length).toBeGreaterThan(2);
    for (const args of runs)
      expect(Object.keys(scripts)).toContain(
        args.find((word) => word !== 'run' && !word.startsWith('-')),
      );
  });

  it('are shell', async () => {
    for (const page of PAGES) {
      for (const code of snippets(read(page), 'sh')) {
        const child = promisify(execFile)('sh', ['-n']);
        child.child.stdin?.end(code);
        await expect(child).resolves.toMatchObject({ stderr: '' });
      }
    }
  });
});

describe('the policies that docs/deploy.md shows', () => {
  let world: DeployedAccess;
  const json = snippets(read('deploy.md'), 'json').map((text) => JSON.parse(text));
  const policyWith = (sid: string): PolicyDocument =>
    json.find(({ Statement }) => Statement?.some(({ Sid }: { Sid: string }) => Sid === sid));
  const principal = (name: string, account: string, sid: string): Principal => ({
    arn: `arn:aws:iam::${account}:role/${name}`,
    account,
    policies: [policyWith(sid)],
  });
  const ALIAS = 'arn:aws:lambda:eu-north-1:111122223333:function:token-vending:live';

  beforeAll(() => {
    world = readAccess(synthesisedOnce('', undefined, withCredential));
  });

  it.each([
    ['ci-checkout', '111122223333', true],
    ['ci-inventory', '444455556666', true],
    ['somebody-else', '111122223333', false],
  ])('let %s of account %s call the endpoint and the registry: %s', (name, account, allowed) => {
    expectCalls(principal(name, account, 'CallTokenVending'), ALIAS, allowed);
    const registry = ALIAS.replace(':live', '-registry:live');
    expectCalls(principal(name, account, 'CallRegistry'), registry, allowed);
  });

  function expectCalls(caller: Principal, alias: string, allowed: boolean) {
    const resource = world.resource(alias);
    const throughUrl = { 'lambda:InvokedViaFunctionUrl': 'true' };
    const signed = { 'lambda:FunctionUrlAuthType': 'AWS_IAM' };
    const may = (action: string, context: Record<string, string>) =>
      isAllowed({ principal: caller, action, resource, context });
    expect(may('lambda:InvokeFunctionUrl', signed)).toBe(allowed);
    expect(may('lambda:InvokeFunction', throughUrl)).toBe(allowed);
    expect(may('lambda:InvokeFunction', { 'lambda:InvokedViaFunctionUrl': 'false' })).toBe(false);
  }

  it('let an operator call the registry, and do nothing with secrets', () => {
    const secret =
      'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/checkout/orders-api-a1B2c3';
    const operator = principal('ci-operator', '111122223333', 'CallRegistry');
    const may = (action: string, arn: string, context: Record<string, string> = {}) =>
      isAllowed({ principal: operator, action, resource: world.resource(arn), context });
    for (const operation of ['GetSecretValue', 'PutSecretValue', 'CreateSecret', 'DeleteSecret'])
      expect([operation, may(`secretsmanager:${operation}`, secret)]).toEqual([operation, false]);
    const through = {
      'kms:CallerAccount': '111122223333',
      'kms:ViaService': 'secretsmanager.eu-north-1.amazonaws.com',
    };
    expect(may('kms:Decrypt', world.arn('TokenVendingSecretsKey'), through)).toBe(false);
  });

  it('let only the function sign with a key, not administrators', () => {
    const arn = 'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';
    const signers = readAccess(synthesisedOnce(`assertionKeys: ['${arn}']`));
    const account = '111122223333';
    const resource = { arn, account, policies: [policyWith('DenyOtherSigners')], isKey: true };
    const admin: Principal = {
      arn: `arn:aws:iam::${account}:role/admin`,
      account,
      policies: [{ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
    };
    const may = (who: Principal, action: string) =>
      isAllowed({
        principal: who,
        action,
        resource,
        context: {
          'kms:CallerAccount': account,
          'kms:MessageType': 'RAW',
          'kms:SigningAlgorithm': 'ECDSA_SHA_256',
          'lambda:SourceFunctionArn': ALIAS.replace(':live', ''),
        },
      });
    expect(may(signers.role('token-vending-function-eu-north-1'), 'kms:Sign')).toBe(true);
    expect(may(signers.role('token-vending-prober-eu-north-1'), 'kms:Sign')).toBe(false);
    expect(may(admin, 'kms:Sign')).toBe(false);
    expect(may(admin, 'kms:CreateGrant')).toBe(false);
    expect(may(admin, 'kms:GetPublicKey')).toBe(true);
  });

  it('are beside a valid credential document', () => {
    const [document] = json.filter(({ issuer }) => issuer !== undefined);
    expect(
      parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false }).clientId,
    ).toBe('checkout-orders');
  });
});

describe('docs/operate.md', () => {
  it('says what to do about every alarm, by its name, and about no other', () => {
    const alarms = Object.values(synthesisedOnce().Resources)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => [
        Properties.AlarmName.replace('token-vending-', ''),
        Properties.AlarmDescription.replace(' What to do: docs/operate.md.', ''),
      ]);
    const rows = [...read('operate.md').matchAll(/^\| `(\w+)` +\| (.+?) +\| \S/gm)].map(
      ([, name, says]) => [name, says],
    );
    expect(rows.sort()).toEqual(alarms.sort());
  });
});

describe('the service control policy that docs/security.md shows', () => {
  const [policy] = snippets(read('security.md'), 'json').map((text) => JSON.parse(text));
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  // An SCP that denies has the effect of an identity policy that denies.
  const may = (role: string, action: string, arn: string, context: Record<string, string> = {}) =>
    isAllowed({
      principal: {
        arn: `arn:aws:iam::111122223333:role/${role}`,
        account: '111122223333',
        policies: [{ Statement: [everything] }, policy],
      },
      action,
      resource: { arn, account: '111122223333', policies: [] },
      context,
    });
  const FUNCTION = 'arn:aws:lambda:eu-north-1:111122223333:function:token-vending';
  const ROLE = 'arn:aws:iam::111122223333:role/token-vending-function-eu-north-1';
  const API = 'arn:aws:apigateway:eu-north-1::/restapis/a1b2c3d4e5';
  const KEY = 'arn:aws:kms:eu-north-1:111122223333:key/00000000-0000-0000-0000-000000000001';
  const SIGNING_KEY = KEY.replace(/1$/, '3');
  const SECRET = 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/a/b-a1B2c3';

  it.each([
    ['lambda:CreateAlias', FUNCTION],
    ['lambda:PublishVersion', FUNCTION],
    ['lambda:UpdateFunctionConfiguration', FUNCTION],
    ['lambda:UpdateFunctionCode', FUNCTION],
    ['lambda:AddPermission', `${FUNCTION}:live`],
    ['lambda:PutResourcePolicy', `${FUNCTION}:live`],
    ['lambda:UpdateAlias', `${FUNCTION}:live`],
    ['lambda:CreateFunctionUrlConfig', `${FUNCTION}:evil`],
    ['iam:CreateRole', ROLE.replace('eu-north-1', 'eu-west-1')],
    ['iam:PassRole', ROLE],
    ['iam:UpdateAssumeRolePolicy', ROLE],
    ['apigateway:PUT', `${API}/resources/x/methods/ANY/integration`],
    ['apigateway:PATCH', `${API}/stages/live`],
    ['apigateway:UpdateRestApiPolicy', API],
    ['kms:PutKeyPolicy', KEY],
    ['kms:ScheduleKeyDeletion', KEY],
    ['kms:Sign', SIGNING_KEY],
    ['kms:CreateGrant', SIGNING_KEY],
    ['s3:BypassGovernanceRetention', 'arn:aws:s3:::example-audit/token-vending/r.json'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::example-audit'],
    ['secretsmanager:DeleteResourcePolicy', SECRET],
    ['secretsmanager:PutResourcePolicy', SECRET],
  ])('denies %s on %s to an administrator, and permits it to the pipeline', (action, arn) => {
    expect(may('admin', action, arn)).toBe(false);
    expect(may('cdk-hnb659fds-cfn-exec-role-111122223333-eu-north-1', action, arn)).toBe(true);
    expect(
      may('admin', action, arn.replace(/token-vending|a1b2c3d4e5|000[13]$|example/, 'other')),
    ).toBe(true);
  });

  it('leaves the policies of secrets to the registry', () => {
    const registry = 'token-vending-registry-eu-north-1';
    expect(may(registry, 'secretsmanager:PutResourcePolicy', SECRET)).toBe(true);
  });

  it('leaves the signing key to the function, and the issuer of the account to the pipeline', () => {
    expect(may('token-vending-function-eu-north-1', 'kms:Sign', SIGNING_KEY)).toBe(true);
    expect(may('admin', 'kms:GetPublicKey', SIGNING_KEY)).toBe(true);
    expect(may('admin', 'iam:DisableOutboundWebIdentityFederation', 'arn:aws:iam::1:x')).toBe(
      false,
    );
    expect(may('admin', 'iam:GetOutboundWebIdentityFederationInfo', 'arn:aws:iam::1:x')).toBe(true);
  });

  it('denies secrets below the prefix under any other key', () => {
    const create = (context: Record<string, string>) =>
      may('admin', 'secretsmanager:CreateSecret', SECRET, context);
    expect(create({})).toBe(false);
    expect(create({ 'secretsmanager:KmsKeyArn': KEY.replace(/1$/, '9') })).toBe(false);
    expect(create({ 'secretsmanager:KmsKeyArn': KEY })).toBe(true);
  });
});
