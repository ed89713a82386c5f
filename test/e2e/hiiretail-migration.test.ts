import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment, tenantOf } from '../support/hiiretail.ts';
import { commands, guide, newSource } from '../support/hiiretail-migration-guide.ts';
import { describeOldBindings } from '../support/hiiretail-old-bindings.ts';
import {
  configuration,
  oldConfiguration,
  oldSource,
  oldState,
} from '../support/hiiretail-old-state.ts';
import { describeTerraform, Terraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform;

/** The files of a user of the incumbent before the first step. */
async function openOld(): Promise<void> {
  terraform = await Terraform.open([release], hiiretailEnvironment(system, 'direct'));
  await terraform.write({
    'versions.tf': oldSource,
    'main.tf': oldConfiguration,
    'terraform.tfstate': oldState,
  });
}

/**
 * A state under a name that Terraform does not read before `init`, and an installed incumbent:
 * another program in its place, which never runs.
 */
async function initializeOld(): Promise<void> {
  const registry = path.join(terraform.folder, '../mirror/registry.terraform.io');
  await cp(path.join(registry, 'token-vending'), path.join(registry, 'extenda'), {
    recursive: true,
  });
  const backend = 'terraform {\n  backend "local" {\n    path = "terraform.tfstate"\n  }\n}\n';
  await terraform.write({ 'backend.tf': backend });
  await terraform.succeed(['init']);
  const locked = await readFile(path.join(terraform.folder, '.terraform.lock.hcl'), 'utf8');
  expect(locked).toContain('"registry.terraform.io/extenda/hiiretail"');
}

/** The steps of the guide, in its order and with its texts. */
async function follow(): Promise<void> {
  expect(commands.map(([name]) => name)).toEqual(['state', 'init', 'plan']);
  const [changeState = [], init = [], plan = []] = commands;
  await terraform.write({ 'versions.tf': newSource });
  await terraform.succeed(changeState);
  await terraform.succeed(init);
  await terraform.write({ 'main.tf': configuration });
  await terraform.succeed([...plan, '-detailed-exitcode']);
}

describeTerraform('the migration guide', () => {
  beforeAll(async () => {
    release = await releaseProvider('hiiretail');
    system = await startTestSystem();
    const bindings = tenantOf(system).bindingsOf('cashiers');
    bindings.put('false iam.viewer', {
      roleId: 'iam.viewer',
      isCustom: false,
      bindings: ['bu:001'],
    });
    bindings.put('true custom.approver', {
      roleId: 'custom.approver',
      isCustom: true,
      // The incumbent sends this if the configuration has no value.
      bindings: ['*'],
    });
  });
  afterEach(() => terraform.close());
  afterAll(() => system.stop());

  it('leads from a state of extenda/hiiretail to an empty plan, step by step', async () => {
    await openOld();
    await initializeOld();
    await follow();
    const writes = system.iamApi.requests.filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
  });

  it('does so in a fresh clone, in which the incumbent cannot be installed', async () => {
    await openOld();
    await follow();
    await terraform.succeed(['apply', '-auto-approve']);
    // Ids are unique and can be imported, and invented attributes of the incumbent are gone.
    expect(await terraform.attributesOf('hiiretail_iam_role_binding.everything')).toMatchObject({
      id: 'cashiers/custom/custom.approver',
      bindings: ['*'],
    });
    expect(await terraform.attributesOf('hiiretail_iam_custom_role.approver')).toMatchObject({
      created_at: null,
    });
  });

  it('says that bindings which were left out have to be named, and so does the plan before that is done', async () => {
    await openOld();
    await terraform.write({ 'versions.tf': newSource });
    for (const command of commands.slice(0, 2)) await terraform.succeed(command);
    const { code, stderr } = await terraform.run(['plan']);
    expect(guide).toMatch(/without `bindings` sent `\["\*"\]`/);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The binding names no resources')]);
  });
});

// This is a sample. `npm run soak` has the state before a refresh, and ids that fit two bindings.
describeOldBindings(['as it is']);
