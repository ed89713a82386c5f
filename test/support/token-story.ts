import path from 'node:path';
import { expect } from '@jest/globals';
import { readRecords } from '../../cli/audit/record-source.ts';
import { verifyLog } from '../../cli/audit/verify-log.ts';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { findCanaries, readAllFiles } from './canary-search.ts';
import type { Terraform } from './terraform.ts';
import type { TestSystem } from './test-system.ts';

/** Both providers in one configuration: a token of the first is the second's, and a write-only argument's. */
export const TOKEN_STORY = `
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

/**
 * Plans, applies and destroys {@link TOKEN_STORY}, and searches all that was written for the token of the run.
 *
 * @param terraform initialised with that configuration, as the caller `ci-checkout`
 */
export async function tellTokenStory(system: TestSystem, terraform: Terraform): Promise<void> {
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
  expect(await vendsOf(system, mint_id)).toBeGreaterThanOrEqual(4);
}

/** The audit records of one kind that the system has written so far, in an unbroken log. */
export async function recordsOf(system: TestSystem, kind: string): Promise<AuditRecord[]> {
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

async function vendsOf(system: TestSystem, mint: string): Promise<number> {
  return (await recordsOf(system, 'vend')).filter(({ unmapped }) => unmapped.mint_id === mint)
    .length;
}
