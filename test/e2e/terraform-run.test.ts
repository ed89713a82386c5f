import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { withSts } from '../support/sts.ts';
import { describeTerraform, releaseThin, type Terraform } from '../support/terraform.ts';
import { openTerraform, releaseTokenVending } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { recordsOf, TOKEN_STORY, tellTokenStory } from '../support/token-story.ts';

let folder: string;
let system: TestSystem;
let releases: Release[];
let terraform: Terraform;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'terraform-run-'));
  releases = [await releaseTokenVending(), await releaseThin(await bundleSample(folder))];
  system = await startTestSystem();
});
afterEach(() => terraform.close());
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const open = async (configuration: string, caller = 'ci-checkout') => {
  terraform = await openTerraform(system, caller, { releases, configuration });
};

describeTerraform('a Terraform run that needs an access token', () => {
  it('passes it to another provider and a write-only argument, and neither state nor plan nor trace has it', async () => {
    await open(TOKEN_STORY);
    await tellTokenStory(system, terraform);
  });

  it('signs as a role that it assumes first', async () => {
    await withSts(system.caller('ci-inventory'), async (url, requested) => {
      await open(`
        provider "tokenvending" {
          assume_role {
            role_arn     = "arn:aws:iam::111122223333:role/ci-inventory"
            session_name = "run-7"
            external_id  = "example"
          }
        }
        data "tokenvending_caller_identity" "me" {}
        output "who" { value = data.tokenvending_caller_identity.me.name }
      `);
      await terraform.succeed(['apply', '-auto-approve'], { AWS_ENDPOINT_URL_STS: url });
      expect((await terraform.succeed(['output', '-raw', 'who'])).stdout).toBe('ci-inventory');
      expect(requested.at(-1)).toMatchObject({
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::111122223333:role/ci-inventory',
        RoleSessionName: 'run-7',
        ExternalId: 'example',
        DurationSeconds: '3600',
      });
    });
  });

  it('requests nothing while the endpoint is unknown, reports that, and requests a token when it is known', async () => {
    await open(`
      resource "terraform_data" "endpoint" { input = "${system.endpoint}" }
      provider "tokenvending" { endpoint = terraform_data.endpoint.output }
      ephemeral "tokenvending_access_token" "it" { credential = "checkout/orders-api" }
      provider "sample" {
        store = "\${path.module}/thing.json"
        token = ephemeral.tokenvending_access_token.it.access_token
      }
      resource "sample_thing" "it" { name = "it" }
    `);
    const vends = async () => (await recordsOf(system, 'vend')).length;
    const before = await vends();
    const { code, stderr } = await terraform.run(['plan']);
    expect(code).toBe(1);
    expect(stderr).toContain('The provider configuration is not known yet');
    expect(stderr.replace(/[\s│]+/g, ' ')).toContain(
      'The value of endpoint will be known only after apply',
    );
    await terraform.succeed(['apply', '-auto-approve', '-target=terraform_data.endpoint']);
    expect(await vends()).toBe(before);
    await terraform.succeed(['apply', '-auto-approve']);
    expect(await vends()).toBeGreaterThan(before);
  });

  it('revokes the token at the end if the configuration says so', async () => {
    await open(`
      ephemeral "tokenvending_access_token" "it" {
        credential      = "checkout/reports-api"
        revoke_on_close = true
      }
      provider "sample" { token = ephemeral.tokenvending_access_token.it.access_token }
      data "sample_echo" "it" { text = "x" }
    `);
    await terraform.succeed(['apply', '-auto-approve']);
    const revoked = (await recordsOf(system, 'revocation')).map(
      ({ resources }) => resources.at(-1)?.uid,
    );
    const vended = (await recordsOf(system, 'vend')).flatMap(({ resources }) =>
      resources.filter(({ type }) => type === 'oauth2.access_token').map(({ uid }) => uid),
    );
    expect(revoked.length).toBeGreaterThan(0);
    expect(vended.length).toBeGreaterThan(revoked.length);
  });

  it('gives a token to an older Terraform only if the configuration accepts it in the state', async () => {
    const configuration = (allow: boolean) => `
      data "tokenvending_access_token" "it" {
        credential     = "checkout/orders-api"
        allow_in_state = ${allow}
      }
      output "scope" { value = join(" ", data.tokenvending_access_token.it.granted_scope) }
      output "audience" {
        value     = provider::tokenvending::decode_jwt(data.tokenvending_access_token.it.access_token).claims.aud
        sensitive = true
      }
    `;
    await open(configuration(false));
    const refused = await terraform.run(['plan']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('allow_in_state') });
    await terraform.write({ 'main.tf': configuration(true) });
    await terraform.succeed(['apply', '-auto-approve']);
    const { stdout } = await terraform.succeed(['output', '-json']);
    expect(JSON.parse(stdout)).toMatchObject({
      scope: { value: 'orders:read' },
      audience: { value: 'https://orders.example.com' },
    });
  });

  it('shows its schema, and runs under terraform test', async () => {
    await open(`
      data "tokenvending_caller_identity" "me" {}
      output "kind" { value = data.tokenvending_caller_identity.me.kind }
    `);
    const { stdout } = await terraform.succeed(['providers', 'schema', '-json']);
    const [schema] = Object.values(JSON.parse(stdout).provider_schemas).filter(
      (one) => 'tokenvending_credential' in ((one as Schema).resource_schemas ?? {}),
    ) as Schema[];
    expect(Object.keys(schema?.ephemeral_resource_schemas ?? {})).toEqual([
      'tokenvending_access_token',
    ]);
    expect(Object.keys(schema?.functions ?? {})).toEqual(['decode_jwt', 'parse_credential']);
    await terraform.write({
      'who.tftest.hcl': `
        run "who" {
          assert {
            condition     = output.kind == "role"
            error_message = "not a role"
          }
        }
      `,
    });
    expect((await terraform.succeed(['test'])).stdout).toContain('1 passed, 0 failed');
  });
});

interface Schema {
  readonly resource_schemas?: Record<string, unknown>;
  readonly ephemeral_resource_schemas?: Record<string, unknown>;
  readonly functions?: Record<string, unknown>;
}
