import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { eventually } from '../provider/framework/support/eventually.ts';
import { configurationOf, UNREACHED } from '../support/managed-credential.ts';
import { describeTerraform, type RunningTerraform, type Terraform } from '../support/terraform.ts';
import { openTerraform, releaseTokenVending } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const NAME = 'token-vending/support/crm-api';

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
    configuration: configurationOf('support/crm-api', UNREACHED),
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

describeTerraform('an apply that is interrupted while the registry writes the credential', () => {
  it('has the credential in the state, and the next apply has nothing to do', async () => {
    const secret = randomBytes(24).toString('hex');
    system.guard(secret);
    const environment = { TF_VAR_secret: secret };
    const { promise, resolve: respond } = Promise.withResolvers<void>();
    system.secretsManager.held.set('PutSecretValue', promise);

    const run = terraform.start(['apply', '-auto-approve'], {
      ...environment,
      TF_LOG_PROVIDER: 'info',
    });
    await eventually(() => stored()?.versions[0]);
    // A terminal signals the whole group, so the provider gets the signal too.
    process.kill(-(run.process.pid as number), 'SIGINT');
    await says(run, 'asked to stop');
    respond();
    const { stdout } = await run.finished;
    expect(stdout).toContain('Interrupt received.');

    const { versions } = stored() ?? {};
    expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
      id: 'support/crm-api',
      version_id: versions?.[0]?.id,
    });
    const again = await terraform.succeed(['apply', '-auto-approve'], environment);
    expect(again.stdout).toContain('0 added, 0 changed, 0 destroyed');
  });
});
