import { expect, it } from '@jest/globals';
import { readDocument } from '../../local/seed.ts';
import { findCanaries } from '../support/canary-search.ts';
import { CREDENTIAL, callsOf, hiiretailEnvironment, tenantOf } from '../support/hiiretail.ts';
import { describeCanaries } from '../support/hiiretail-canaries.ts';
import { HiiRetailRuns } from '../support/hiiretail-runs.ts';
import { describeTerraform } from '../support/terraform.ts';

const runs = HiiRetailRuns.use();

const GROUP = `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
}
`;
const groups = (count: number) => `
resource "hiiretail_iam_group" "it" {
  count = ${count}
  name  = format("Team %d", count.index)
}
`;

describeTerraform('the configuration of the provider', () => {
  it('may come from the environment alone', async () => {
    await runs.open(GROUP);
    expect((await runs.apply()).errors).toEqual([]);
    expect(
      tenantOf(runs.system)
        .groups.all()
        .map(({ name }) => name),
    ).toContain('Auditors');
  });

  it('is used in silence: nothing of the provider stands in the output of a run', async () => {
    await runs.open(GROUP);
    const { stdout, stderr } = await runs.terraform.succeed(['apply', '-auto-approve']);
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/https?:|Bearer|FAKETENANT/);
    const { stdout: rerun } = await runs.terraform.succeed(['plan', '-json']);
    for (const line of rerun.trim().split('\n')) expect(line).toMatch(/^\{.*\}$/);
  });

  it('is validated without environment and without network', async () => {
    await runs.open(GROUP, {});
    await runs.terraform.succeed(['validate']);
    expect(runs.system.iamApi.requests).toEqual([]);
    expect(runs.system.authorizationServer.requests.size).toBe(0);
  });

  it('is planned without network if nothing has to be read', async () => {
    await runs.open(GROUP);
    await runs.terraform.succeed(['plan']);
    expect(runs.system.iamApi.requests).toEqual([]);
    expect(runs.system.authorizationServer.requests.size).toBe(0);
  });

  it('gets all its errors at once, each at its line', async () => {
    const provider = `provider "hiiretail" {
  base_url        = "http://iam.example.com"
  timeout_seconds = 0
  client_id       = "two words"
}
`;
    await runs.open(provider + GROUP, {});
    const { errors } = await runs.run(['plan']);
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
    const { HIIRETAIL_CLIENT_SECRET: secret = '', ...environment } = runs.direct();
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
    await runs.open(provider + GROUP, { ...environment, TF_VAR_secret: secret });
    expect((await runs.apply()).errors).toEqual([]);
    await runs.close();
    await runs.open(`${provider}data "hiiretail_iam_groups" "it" {}\n`, {
      ...environment,
      TF_VAR_secret: secret,
    });
    const [error] = (await runs.run(['plan'])).errors;
    expect(error?.summary).toBe('The provider configuration is not known yet');
    expect(error?.detail).toMatch(/client_secret will be known only after apply/);
  });

  it('accepts what the incumbent took and ignored, with a warning', async () => {
    await runs.open(`provider "hiiretail" {\n  iam_endpoint = "/iam/v1"\n}\n${GROUP}`);
    const { stdout } = await runs.terraform.succeed(['plan']);
    expect(stdout).toMatch(/iam_endpoint is deprecated/);
  });
});

describeTerraform('a run whose tokens fail', () => {
  it('ends at once if the secret is wrong, names causes and no client, and sends one request for many resources', async () => {
    const environment: Record<string, string> = {
      ...runs.direct(),
      HIIRETAIL_CLIENT_SECRET: 'fake-wrong-secret-1',
    };
    await runs.open(groups(5), environment);
    const { errors } = await runs.apply();
    expect(errors).toHaveLength(5);
    expect(errors[0]?.summary).toMatch(/credential_refused/);
    expect(errors[0]?.detail).toMatch(/Authorized in OCMS/);
    expect(runs.system.requests('token')).toBe(1);
    const text = JSON.stringify(errors);
    expect(
      findCanaries(text, ['fake-wrong-secret-1', environment['HIIRETAIL_CLIENT_ID'] ?? '']),
    ).toEqual([]);
  });

  it('keeps finished resources if the client is revoked in the middle', async () => {
    runs.system.iamApi.latency = 100;
    await runs.open(groups(40));
    const run = runs.terraform.start(['apply', '-auto-approve', '-parallelism=4']);
    while (callsOf(runs.system, 'POST', /\/groups$/) < 12) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await runs.system.rotateSecret(CREDENTIAL);
    runs.system.iamApi.revokeTokens();
    const { code, stderr } = await run.finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/credential_refused/);
    const { resources } = JSON.parse(await runs.terraform.stateText());
    const kept = resources[0].instances.length;
    expect(kept).toBeGreaterThanOrEqual(8);
    expect(runs.system.requests('token')).toBeLessThanOrEqual(3);
    const created = tenantOf(runs.system)
      .groups.all()
      .filter(({ name }) => name.startsWith('Team'));
    expect(created).toHaveLength(kept);
  });

  it('shows the error of the endpoint and its advice in vended mode', async () => {
    const environment = hiiretailEnvironment(runs.system, 'vended');
    await runs.open(GROUP, { ...environment, TOKEN_VENDING_CREDENTIAL: 'payments/ledger-api' });
    const [error] = (await runs.apply()).errors;
    expect(error?.summary).toMatch(/policy_denied/);
    expect(error?.detail).toMatch(/Request id: /);
  });
});

describeTerraform('several configurations in one run', () => {
  it('each have a client and a token of their own', async () => {
    const { secretsManager, authorizationServer, iamApi } = runs.system;
    const document = readDocument(secretsManager.store, CREDENTIAL);
    const id = Buffer.from('sfw: other@1.0\ntid: FAKETENANT\n').toString('base64url');
    const first = authorizationServer.find(String(document['client_id']));
    const secret = 'fake-secret-of-another-client';
    authorizationServer.register({ ...first, client_id: id, client_secret: secret });
    runs.system.guard(secret);
    await runs.open(
      `
variable "other_secret" {
  sensitive = true
}
provider "hiiretail" {
  alias         = "other"
  client_id     = "${id}"
  client_secret = var.other_secret
}
${GROUP}
resource "hiiretail_iam_group" "other" {
  provider = hiiretail.other
  name     = "Others"
}
`,
      { ...runs.direct(), TF_VAR_other_secret: secret },
    );
    expect((await runs.apply()).errors).toEqual([]);
    expect(iamApi.acceptedTokens()).toHaveLength(2);
  });
});

describeCanaries(runs, ['vended']);
