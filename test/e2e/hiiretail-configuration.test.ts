import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { readDocument } from '../../local/seed.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { findCanaries, findEnds, readAllFiles } from '../support/canary-search.ts';
import {
  CREDENTIAL,
  callsOf,
  hiiretailEnvironment,
  openHiiRetail,
  tenantOf,
} from '../support/hiiretail.ts';
import { describeTerraform, releaseThin, type Terraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform | undefined;

beforeAll(async () => {
  release = await releaseProvider('hiiretail');
});
beforeEach(async () => {
  system = await startTestSystem();
});
afterEach(async () => {
  await terraform?.close();
  terraform = undefined;
  await system.stop();
});

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly snippet?: { readonly code: string };
}

async function open(configuration: string, environment: Record<string, string>) {
  terraform = await openHiiRetail(release, environment, configuration);
  return terraform;
}

async function errorsOf(args: string[]): Promise<Diagnostic[]> {
  const { stdout } = (await terraform?.run([...args, '-json'])) ?? { stdout: '' };
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).diagnostic as Diagnostic)
    .filter((diagnostic) => diagnostic?.severity === 'error');
}

const apply = () => errorsOf(['apply', '-auto-approve']);
const direct = () => hiiretailEnvironment(system, 'direct');
const group = (name = 'Auditors') =>
  `resource "hiiretail_iam_group" "it" {\n  name = "${name}"\n}\n`;
const groups = (count: number) => `
resource "hiiretail_iam_group" "it" {
  count = ${count}
  name  = format("Team %d", count.index)
}
`;

describeTerraform('the configuration of the provider', () => {
  it('may come from the environment alone', async () => {
    await open(group(), direct());
    expect(await apply()).toEqual([]);
    expect(
      tenantOf(system)
        .groups.all()
        .map(({ name }) => name),
    ).toContain('Auditors');
  });

  it('is used in silence: nothing of the provider stands in the output of a run', async () => {
    await open(group(), direct());
    const { stdout = '', stderr } = (await terraform?.succeed(['apply', '-auto-approve'])) ?? {};
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/https?:|Bearer|FAKETENANT/);
    const { stdout: rerun = '' } = (await terraform?.succeed(['plan', '-json'])) ?? {};
    for (const line of rerun.trim().split('\n')) expect(line).toMatch(/^\{.*\}$/);
  });

  it('is validated without environment and without network', async () => {
    await open(group(), {});
    await terraform?.succeed(['validate']);
    expect(system.iamApi.requests).toEqual([]);
    expect(system.authorizationServer.requests.size).toBe(0);
  });

  it('is planned without network if nothing has to be read', async () => {
    await open(group(), direct());
    await terraform?.succeed(['plan']);
    expect(system.iamApi.requests).toEqual([]);
    expect(system.authorizationServer.requests.size).toBe(0);
  });

  it('gets all its errors at once, each at its line', async () => {
    const provider = `provider "hiiretail" {
  base_url        = "http://iam.example.com"
  timeout_seconds = 0
  client_id       = "two words"
}
`;
    await open(provider + group(), {});
    const errors = await errorsOf(['plan']);
    expect(errors.map(({ summary, snippet }) => [summary, snippet?.code.trim()])).toEqual(
      expect.arrayContaining([
        ['base_url is not valid', 'base_url        = "http://iam.example.com"'],
        ['timeout_seconds is not valid', 'timeout_seconds = 0'],
        ['client_id is not valid', 'client_id       = "two words"'],
        ['tenant_id is missing', 'provider "hiiretail" {'],
        ['client_secret is missing', 'provider "hiiretail" {'],
      ]),
    );
    expect(errors).toHaveLength(5);
  });

  it('may be unknown while a run is planned: only what has to be read then fails, and says why', async () => {
    const { HIIRETAIL_CLIENT_SECRET: secret = '', ...environment } = direct();
    const provider = `
variable "secret" {
  sensitive = true
}
resource "terraform_data" "later" {
  input = var.secret
}
provider "hiiretail" {
  client_secret = terraform_data.later.output
}
`;
    await open(provider + group(), { ...environment, TF_VAR_secret: secret });
    expect(await apply()).toEqual([]);
    await terraform?.close();
    await open(`${provider}data "hiiretail_iam_groups" "it" {}\n`, {
      ...environment,
      TF_VAR_secret: secret,
    });
    const [error] = await errorsOf(['plan']);
    expect(error?.summary).toBe('The provider configuration is not known yet');
    expect(error?.detail).toMatch(/client_secret will be known only after apply/);
  });

  it('accepts what the incumbent took and ignored, with a warning', async () => {
    await open(`provider "hiiretail" {\n  iam_endpoint = "/iam/v1"\n}\n${group()}`, direct());
    const { stdout } = (await terraform?.succeed(['plan'])) ?? {};
    expect(stdout).toMatch(/iam_endpoint is deprecated/);
  });
});

describeTerraform('a run whose tokens fail', () => {
  it('ends at once if the secret is wrong, names causes and no client, and sends one request for many resources', async () => {
    const environment: Record<string, string> = {
      ...direct(),
      HIIRETAIL_CLIENT_SECRET: 'fake-wrong-secret-1',
    };
    await open(groups(5), environment);
    const errors = await apply();
    expect(errors).toHaveLength(5);
    expect(errors[0]?.summary).toMatch(/credential_refused/);
    expect(errors[0]?.detail).toMatch(/Authorized in OCMS/);
    expect(system.requests('token')).toBe(1);
    const text = JSON.stringify(errors);
    expect(
      findCanaries(text, ['fake-wrong-secret-1', environment['HIIRETAIL_CLIENT_ID'] ?? '']),
    ).toEqual([]);
  });

  it('goes on after a token endpoint that fails for a moment', async () => {
    system.authorizationServer.faults.set('token', {
      kind: 'response',
      status: 502,
      body: '<html>Bad Gateway</html>',
      times: 2,
    });
    await open(group(), direct());
    expect(await apply()).toEqual([]);
    expect(system.requests('token')).toBe(3);
  });

  it('ends with a clear error if the token endpoint cannot be reached, after max_retries', async () => {
    const environment = {
      ...direct(),
      HIIRETAIL_TOKEN_URL: 'http://127.0.0.1:9/oauth2/token',
      HIIRETAIL_MAX_RETRIES: '0',
    };
    await open(group(), environment);
    const [error] = await apply();
    expect(error?.summary).toMatch(/upstream_unavailable/);
    expect(error?.detail).toMatch(/Check the network[\s\S]*ECONNREFUSED/);
  });

  it('ends with a clear error if the IAM API cannot be reached', async () => {
    const base = { HIIRETAIL_BASE_URL: 'http://127.0.0.1:9', HIIRETAIL_MAX_RETRIES: '0' };
    await open(group(), { ...direct(), ...base });
    const [error] = await apply();
    expect(error?.summary).toMatch(/api_unreachable/);
    expect(error?.detail).toMatch(/base_url[\s\S]*ECONNREFUSED/);
  });

  it('keeps finished resources if the client is revoked in the middle', async () => {
    system.iamApi.latency = 100;
    await open(groups(40), direct());
    const run = terraform?.start(['apply', '-auto-approve', '-parallelism=4']);
    while (callsOf(system, 'POST', /\/groups$/) < 12) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await system.rotateSecret(CREDENTIAL);
    system.iamApi.revokeTokens();
    const { code, stderr } = (await run?.finished) ?? {};
    expect(code).toBe(1);
    expect(stderr).toMatch(/credential_refused/);
    const { resources } = JSON.parse((await terraform?.stateText()) ?? '{}');
    const kept = resources[0].instances.length;
    expect(kept).toBeGreaterThanOrEqual(8);
    expect(system.requests('token')).toBeLessThanOrEqual(3);
    const created = tenantOf(system)
      .groups.all()
      .filter(({ name }) => name.startsWith('Team'));
    expect(created).toHaveLength(kept);
  });

  it('shows the error of the endpoint and its advice in vended mode', async () => {
    const environment = hiiretailEnvironment(system, 'vended');
    await open(group(), { ...environment, TOKEN_VENDING_CREDENTIAL: 'payments/ledger-api' });
    const [error] = await apply();
    expect(error?.summary).toMatch(/policy_denied/);
    expect(error?.detail).toMatch(/Request id: /);
  });
});

describeTerraform('several configurations in one run', () => {
  it('each have a client and a token of their own', async () => {
    const { secretsManager, authorizationServer, iamApi } = system;
    const document = readDocument(secretsManager.store, CREDENTIAL);
    const id = Buffer.from('sfw: other@1.0\ntid: FAKETENANT\n').toString('base64url');
    const first = authorizationServer.find(String(document['client_id']));
    const secret = 'fake-secret-of-another-client';
    authorizationServer.register({ ...first, client_id: id, client_secret: secret });
    system.guard(secret);
    await open(
      `
variable "other_secret" {
  sensitive = true
}
provider "hiiretail" {
  alias         = "other"
  client_id     = "${id}"
  client_secret = var.other_secret
}
${group()}
resource "hiiretail_iam_group" "other" {
  provider = hiiretail.other
  name     = "Others"
}
`,
      { ...direct(), TF_VAR_other_secret: secret },
    );
    expect(await apply()).toEqual([]);
    expect(iamApi.acceptedTokens()).toHaveLength(2);
  });
});

/** A secret of which any four characters can be found, because nothing else here contains them. */
const SECRET = '~Qz^-fake-secret-of-this-run-^zQ~';

function useSecret(environment: Record<string, string>): Record<string, string> {
  const { HIIRETAIL_CLIENT_ID: id } = environment;
  if (id === undefined) return environment;
  const { authorizationServer } = system;
  authorizationServer.register({
    ...authorizationServer.find(id),
    client_id: id,
    client_secret: SECRET,
  });
  system.guard(SECRET);
  return { ...environment, HIIRETAIL_CLIENT_SECRET: SECRET };
}

// These carry the token further: ignored attributes of another configuration, and another provider,
// which writes it to a file.
const EPHEMERAL = `
ephemeral "hiiretail_access_token" "it" {}
locals {
  lives = timecmp(ephemeral.hiiretail_access_token.it.expires_at, plantimestamp()) > 0
}
provider "hiiretail" {
  alias        = "check"
  tenant_id    = local.lives ? "FAKETENANT" : ""
  iam_endpoint = ephemeral.hiiretail_access_token.it.access_token
}
resource "hiiretail_iam_group" "check" {
  provider = hiiretail.check
  name     = "Checked"
}
data "hiiretail_iam_groups" "all" {}
provider "sample" {
  token = ephemeral.hiiretail_access_token.it.access_token
}
data "sample_echo" "it" {
  text = "whatever"
}
`;

describeTerraform('secrets and tokens', () => {
  let elsewhere: string;
  let sample: Release;
  beforeAll(async () => {
    elsewhere = await mkdtemp(path.join(tmpdir(), 'elsewhere-'));
    sample = await releaseThin(await bundleSample(elsewhere));
  });
  afterAll(() => rm(elsewhere, { recursive: true, force: true }));

  it.each(['vended', 'direct'] as const)(
    'stand neither in state, plan, trace nor messages of a run with %s tokens, nor do their beginnings and ends',
    async (mode) => {
      const environment = useSecret(hiiretailEnvironment(system, mode));
      const notes = path.join(elsewhere, `notes-${mode}`);
      const configuration = group() + EPHEMERAL;
      terraform = await openHiiRetail(
        release,
        { ...environment, SAMPLE_NOTES: notes },
        configuration,
        sample,
      );
      const written: string[] = [];
      const say = async (args: string[]) => {
        const { stdout, stderr } = (await terraform?.succeed(args, { TF_LOG: 'trace' })) ?? {};
        written.push(String(stdout), String(stderr));
      };
      await say(['plan', '-out=saved']);
      for (const { text } of (await terraform?.unzipPlan('saved')) ?? []) written.push(text);
      await say(['apply', 'saved']);
      for (const { text } of await readAllFiles(terraform?.folder ?? '')) written.push(text);
      await say(['destroy', '-auto-approve']);
      system.iamApi.faults.push({
        response: { status: 400, body: '{"message":["no"]}' },
        times: 9,
      });
      const failed = await terraform?.run(['apply', '-auto-approve'], { TF_LOG: 'trace' });
      written.push(String(failed?.stdout), String(failed?.stderr));

      const names = ['HIIRETAIL_CLIENT_SECRET', 'HIIRETAIL_CLIENT_ID', 'AWS_SECRET_ACCESS_KEY'];
      const secrets = names.map((name) => environment[name] ?? '').filter(Boolean);
      const tokens = system.iamApi.acceptedTokens();
      const canaries = [...secrets, ...tokens];
      const text = written.join('\n');
      expect(text).toMatch(/provider\.terraform-provider-hiiretail/);
      expect(findCanaries(text, canaries)).toEqual([]);
      expect(findEnds(text, canaries)).toEqual([]);
      expect(text).not.toMatch(/~Qz\^|\^zQ~/);
      // The search must find the token where it was written, and by its ends, because a mask may
      // show them.
      const carried = await readFile(notes, 'utf8');
      expect(findCanaries(carried, tokens)).not.toEqual([]);
      const masked = canaries.map((canary) => `${canary.slice(0, 4)}****${canary.slice(-4)}`);
      expect(findEnds(masked.join('\n'), canaries)).toHaveLength(canaries.length);
    },
  );
});
