import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment, tenantOf } from '../support/hiiretail.ts';
import {
  configuration,
  oldConfiguration,
  oldSource,
  oldState,
} from '../support/hiiretail-old-state.ts';
import { describeTerraform, Terraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const guide = await readFile(
  new URL('../../docs/hiiretail/guides/migration.md', import.meta.url),
  'utf8',
);
const newSource = String(/```terraform\n(.*?)```/s.exec(guide)?.[1]);
const commands = [...guide.matchAll(/^ *terraform (?!\{)(.+)$/gm)].map(([, line]) =>
  String(line).split(' '),
);

let system: TestSystem;
let release: Release;
let terraform: Terraform;

beforeAll(async () => {
  release = await releaseProvider('hiiretail');
  system = await startTestSystem();
  const bindings = tenantOf(system).bindingsOf('cashiers');
  bindings.put('false iam.viewer', { roleId: 'iam.viewer', isCustom: false, bindings: ['bu:001'] });
  bindings.put('true custom.approver', {
    roleId: 'custom.approver',
    isCustom: true,
    // What the incumbent sends where the configuration says nothing.
    bindings: ['*'],
  });
});
afterEach(() => terraform.close());
afterAll(() => system.stop());

/** What a user of the incumbent has before the first step. */
async function openOld(): Promise<void> {
  terraform = await Terraform.open([release], hiiretailEnvironment(system, 'direct'));
  await terraform.write({
    'versions.tf': oldSource,
    'main.tf': oldConfiguration,
    'terraform.tfstate': oldState,
  });
}

/** A state that Terraform does not find before `init`, and the incumbent installed: another program in its place, which never runs. */
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

/** The guide, in its own order and its own words. */
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
  it('leads from a state of extenda/hiiretail to an empty plan, step by step', async () => {
    await openOld();
    await initializeOld();
    await follow();
    const writes = system.iamApi.requests.filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
  });

  it('does so in a fresh clone, where the incumbent can no longer be had', async () => {
    await openOld();
    await follow();
    await terraform.succeed(['apply', '-auto-approve']);
    // Ids are unique and can be imported, and what the incumbent made up is gone.
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
