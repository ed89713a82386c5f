import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { readRecords } from '../../cli/audit/record-source.ts';
import { verifyLog } from '../../cli/audit/verify-log.ts';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { bundleProvider } from '../../tools/bundle-provider.ts';
import { packageStandalone } from '../../tools/provider/package-provider.ts';
import { hostPlatform } from '../../tools/provider/platforms.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { findCanaries, readAllFiles } from '../support/canary-search.ts';
import { withSts } from '../support/sts.ts';
import { describeTerraform, releaseThin, type Terraform } from '../support/terraform.ts';
import { openTerraform, releaseTokenVending } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

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

const STORY = `
provider "tokenvending" {
  credential = "checkout/orders-api"
}

ephemeral "tokenvending_access_token" "orders" {
  scope   = ["orders:read"]
  min_ttl = "30m"
}

provider "sample" {
  store = "\${path.module}/thing.json"
  token = ephemeral.tokenvending_access_token.orders.access_token
}

resource "sample_thing" "it" {
  name           = "it"
  secret         = ephemeral.tokenvending_access_token.orders.access_token
  secret_version = 1
}

data "tokenvending_caller_identity" "me" {}

data "tokenvending_credential" "orders" {
  credential = "checkout/orders-api"
}

output "who" { value = data.tokenvending_caller_identity.me.principal }
output "scopes" { value = data.tokenvending_credential.orders.scopes }
output "team" { value = provider::tokenvending::parse_credential("checkout/orders-api").team }
`;

async function tellStory(): Promise<void> {
  const written: string[] = [];
  const say = async (args: string[], environment: Record<string, string> = {}) => {
    const { stdout, stderr } = await terraform.succeed(args, environment);
    written.push(stdout, stderr);
    return stdout;
  };
  await say(['validate']);
  await say(['plan', '-out=saved'], { TF_LOG: 'trace' });
  await say(['apply', 'saved'], { TF_LOG: 'trace' });
  expect(await say(['output'])).toMatch(/who += "arn:aws:iam::111122223333:role\/ci-checkout"/);
  expect(await say(['output', '-json', 'scopes'])).toBe('["orders:read","orders:write"]\n');
  expect(await say(['plan', '-detailed-exitcode'])).toContain('No changes');

  // All of them share one mint, so the test gets the very token of the run.
  const { access_token, source, mint_id } = await system
    .client('ci-checkout')
    .getToken({ credential: 'checkout/orders-api', scope: ['orders:read'] });
  expect(source).toBe('cached');
  const thing = await terraform.attributesOf('sample_thing.it');
  expect(thing).toMatchObject({ secret: null, secret_length: access_token.length });

  const plan = await terraform.unzipPlan('saved');
  const files = (await readAllFiles(terraform.folder)).filter(({ file }) => file !== 'thing.json');
  expect(plan.map(({ file }) => file)).toEqual(expect.arrayContaining(['tfplan', 'tfstate']));
  expect(files.map(({ file }) => file)).toContain('terraform.tfstate');
  for (const { text } of [...plan, ...files]) written.push(text);
  const { secretAccessKey, sessionToken = '' } = system.caller('ci-checkout');
  const canaries = [access_token, secretAccessKey, sessionToken];
  expect(findCanaries(written.join('\n'), canaries)).toEqual([]);

  expect(await say(['destroy', '-auto-approve'])).toContain('1 destroyed');
  expect(findCanaries(written.join('\n'), canaries)).toEqual([]);
  expect(await vendsOf(mint_id)).toBeGreaterThanOrEqual(4);
}

describeTerraform('a Terraform run that needs an access token', () => {
  it('hands it to another provider and a write-only argument, and neither state nor plan nor trace has it', async () => {
    await open(STORY);
    await tellStory();
  });

  it('does the same with the provider as a single executable', async () => {
    const bundle = await bundleProvider({ name: 'tokenvending', outdir: folder });
    const standalone = await packageStandalone(bundle, '0.1.0', hostPlatform(), folder);
    const executable = { name: 'tokenvending', version: '0.1.0', packages: [standalone] };
    terraform = await openTerraform(system, 'ci-checkout', {
      releases: [executable, releases[1] as Release],
      configuration: STORY,
    });
    await tellStory();
  }, 180_000);

  it('signs as a role that it assumes first', async () => {
    await withSts(system.caller('ci-inventory'), async (url, asked) => {
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
      expect(asked.at(-1)).toMatchObject({
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::111122223333:role/ci-inventory',
        RoleSessionName: 'run-7',
        ExternalId: 'example',
        DurationSeconds: '3600',
      });
    });
  });

  it('asks for nothing while the endpoint is not known yet, says so, and asks for a token when it is', async () => {
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
    const vends = async () => (await records('vend')).length;
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

  it('revokes the token at the end where it is told to', async () => {
    await open(`
      ephemeral "tokenvending_access_token" "it" {
        credential      = "checkout/reports-api"
        revoke_on_close = true
      }
      provider "sample" { token = ephemeral.tokenvending_access_token.it.access_token }
      data "sample_echo" "it" { text = "x" }
    `);
    await terraform.succeed(['apply', '-auto-approve']);
    const revoked = (await records('revocation')).map(({ resources }) => resources.at(-1)?.uid);
    const vended = (await records('vend')).flatMap(({ resources }) =>
      resources.filter(({ type }) => type === 'oauth2.access_token').map(({ uid }) => uid),
    );
    expect(revoked.length).toBeGreaterThan(0);
    expect(vended.length).toBeGreaterThan(revoked.length);
  });

  it('gives a token to an older Terraform only where somebody accepts it in the state', async () => {
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

async function records(kind: string): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  const source = {
    region: undefined,
    profile: undefined,
    pathStyle: true,
    signal: AbortSignal.timeout(60_000),
  };
  const log = await verifyLog(readRecords(path.join(system.directory, 'audit'), source), {
    visit: (record) => {
      if (record.metadata.event_code === kind) found.push(record);
    },
  });
  expect(log.breaks).toEqual([]);
  return found;
}

async function vendsOf(mint: string): Promise<number> {
  return (await records('vend')).filter(({ unmapped }) => unmapped.mint_id === mint).length;
}
