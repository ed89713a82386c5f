import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { eventually } from '../provider/framework/support/eventually.ts';
import { describeTerraform, type RunningTerraform, type Terraform } from '../support/terraform.ts';
import { openTerraform, releaseTokenVending } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const NAME = 'token-vending/support/crm-api';
const CONFIGURATION = `
variable "secret" {
  type      = string
  ephemeral = true
  sensitive = true
}

resource "tokenvending_credential" "it" {
  credential    = "support/crm-api"
  issuer        = "https://auth.example.com"
  client_id     = "orders"
  client_secret = var.secret
}
`;

let system: TestSystem;
let release: Release;
let terraform: Terraform;

beforeAll(async () => {
  release = await releaseTokenVending();
});
beforeEach(async () => {
  system = await startTestSystem();
  terraform = await openTerraform(system, 'operator', {
    releases: [release],
    configuration: CONFIGURATION,
  });
});
afterEach(async () => {
  await terraform.close();
  await system.stop();
});

const stored = () => system.secretsManager.store.find(NAME);

// The log shows that the provider, and not only Terraform, has the interrupt.
const says = (run: RunningTerraform, text: string) =>
  eventually(() => (run.output().includes(text) ? true : undefined));

describeTerraform('an apply that is interrupted while Secrets Manager creates a secret', () => {
  it('has the secret in the state, and the next apply has nothing to do', async () => {
    const secret = randomBytes(24).toString('hex');
    system.guard(secret);
    const environment = { TF_VAR_secret: secret };
    const { promise, resolve: respond } = Promise.withResolvers<void>();
    system.secretsManager.held.set('CreateSecret', promise);

    const run = terraform.start(['apply', '-auto-approve'], {
      ...environment,
      TF_LOG_PROVIDER: 'info',
    });
    await eventually(() => stored());
    // A terminal signals the whole group, so the provider gets the signal too.
    process.kill(-(run.process.pid as number), 'SIGINT');
    await says(run, 'asked to stop');
    respond();
    const { stdout } = await run.finished;
    expect(stdout).toContain('Interrupt received.');

    const { arn, versions } = stored() ?? {};
    expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
      id: 'support/crm-api',
      arn,
      version_id: versions?.[0]?.id,
    });
    const again = await terraform.succeed(['apply', '-auto-approve'], environment);
    expect(again.stdout).toContain('0 added, 0 changed, 0 destroyed');
  });
});
