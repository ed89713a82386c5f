import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hiiretailEnvironment, openHiiRetail, tenantOf } from '../support/hiiretail.ts';
import { configuration, oldState } from '../support/hiiretail-old-state.ts';
import { describeTerraform, type Terraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const guide = new URL('../../docs/hiiretail/guides/migration.md', import.meta.url);
let system: TestSystem;
let terraform: Terraform;

beforeAll(async () => {
  const release = await releaseProvider('hiiretail');
  system = await startTestSystem();
  const bindings = tenantOf(system).bindingsOf('cashiers');
  bindings.put('false iam.viewer', { roleId: 'iam.viewer', isCustom: false, bindings: ['bu:001'] });
  bindings.put('true custom.approver', {
    roleId: 'custom.approver',
    isCustom: true,
    // What the incumbent sends where the configuration says nothing.
    bindings: ['*'],
  });
  terraform = await openHiiRetail(release, hiiretailEnvironment(system, 'direct'), configuration);
  await terraform.write({ 'terraform.tfstate': oldState });
}, 60_000);
afterAll(async () => {
  await terraform.close();
  await system.stop();
});

describeTerraform('the migration guide', () => {
  it('leads from a state of extenda/hiiretail to an empty plan, step by step', async () => {
    const commands = [
      ...(await readFile(guide, 'utf8')).matchAll(/^ *terraform (?!\{)(.+)$/gm),
    ].map(([, line]) => String(line).replaceAll("'", '').split(' '));
    expect(commands.map(([name]) => name)).toEqual(['state', 'init', 'plan']);
    for (const command of commands) {
      await terraform.succeed(command[0] === 'plan' ? [...command, '-detailed-exitcode'] : command);
    }
    const writes = system.iamApi.requests.filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
  }, 60_000);

  it('gives bindings ids that are unique and can be imported', async () => {
    await terraform.succeed(['apply', '-auto-approve']);
    expect(await terraform.attributesOf('hiiretail_iam_role_binding.everything')).toMatchObject({
      id: 'cashiers/custom/custom.approver',
      bindings: ['*'],
    });
    expect(await terraform.attributesOf('hiiretail_iam_custom_role.approver')).toMatchObject({
      created_at: null,
    });
  }, 60_000);
});
