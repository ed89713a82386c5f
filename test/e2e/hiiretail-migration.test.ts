import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { IamTenant } from '../../local/iam-api-store.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment, tenantOf } from '../support/hiiretail.ts';
import {
  configuration,
  createdByOld,
  oldConfiguration,
  oldSource,
  oldState,
  oldStateOf,
  refreshedByOld,
} from '../support/hiiretail-old-state.ts';
import { ocmsClientIdOf } from '../support/hiiretail-provider.ts';
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
    // The incumbent sends this if the configuration has no value.
    bindings: ['*'],
  });
});
afterEach(() => terraform.close());
afterAll(() => system.stop());

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

const TENANT = 'FAKE-TENANT-1';
const UUID = 'e8b25a21-545c-4f0b-9a53-0d6f1c2b7e11';
const bound = {
  lead: { group: UUID, role: 'pos.shift-lead', isCustom: false, bindings: ['bu:001'] },
  night: {
    group: UUID,
    role: 'custom.night-shift',
    isCustom: true,
    bindings: ['bu:002', 'bu:001'],
  },
  viewer: { group: 'store-managers', role: 'iam.viewer', isCustom: false, bindings: ['*'] },
};

const configured = Object.entries(bound)
  .map(
    ([name, { group, role, isCustom, bindings }]) => `
resource "hiiretail_iam_role_binding" "${name}" {
  group_id  = "${group}"
  role_id   = "${role}"
  is_custom = ${isCustom}
  bindings  = ${JSON.stringify(bindings)}
}
`,
  )
  .join('');

describeTerraform('a state that extenda/hiiretail has refreshed', () => {
  let tenant: IamTenant;
  const environment = () => ({
    ...hiiretailEnvironment(system, 'direct'),
    HIIRETAIL_TENANT_ID: TENANT,
    HIIRETAIL_CLIENT_ID: ocmsClientIdOf(TENANT),
  });
  const states = (change: typeof refreshedByOld) =>
    Object.fromEntries(
      Object.entries(bound).map(([name, one]) => [
        name,
        change(createdByOld({ tenant: TENANT, ...one }), ['custom.night-shift']),
      ]),
    );
  const bind = (group: string, roleId: string, isCustom: boolean, bindings: string[]) => {
    tenant.groups.put(group, { id: group, name: group, busyUntil: 0, busy: 'Creating' });
    tenant.bindingsOf(group).put(`${isCustom} ${roleId}`, { roleId, isCustom, bindings });
  };
  const writes = () => system.iamApi.requests.filter(({ method }) => method !== 'GET');
  const open = async (state: string) => {
    terraform = await Terraform.open([release], environment());
    await terraform.write({
      'versions.tf': newSource,
      'main.tf': configured,
      'terraform.tfstate': state,
    });
    for (const command of commands.slice(0, 2)) await terraform.succeed(command);
  };

  beforeAll(() => {
    const { authorizationServer, iamApi } = system;
    const { HIIRETAIL_CLIENT_ID: id = '' } = hiiretailEnvironment(system, 'direct');
    const client = authorizationServer.find(id);
    if (client === undefined) throw new Error('the client is not registered');
    authorizationServer.register({ ...client, client_id: ocmsClientIdOf(TENANT) });
    tenant = new IamTenant();
    iamApi.tenants.set(TENANT, tenant);
    for (const { group, role, isCustom, bindings } of Object.values(bound)) {
      bind(group, role, isCustom, bindings);
    }
  });

  it.each([
    ['as it is', refreshedByOld],
    ['as it was before', (created: ReturnType<typeof createdByOld>) => created],
  ])('leads to an empty plan, %s, and nothing is written', async (_, change) => {
    await open(oldStateOf(states(change)));
    const before = writes().length;
    const { stdout } = await terraform.succeed(['plan', '-detailed-exitcode']);
    expect(stdout).toContain('No changes.');
    await terraform.succeed(['apply', '-auto-approve']);
    expect(await terraform.attributesOf('hiiretail_iam_role_binding.night')).toMatchObject({
      id: `${UUID}/custom/custom.night-shift`,
      tenant_id: TENANT,
      group_id: UUID,
      role_id: 'custom.night-shift',
      is_custom: true,
      bindings: ['bu:002', 'bu:001'],
    });
    await terraform.succeed(['plan', '-detailed-exitcode']);
    expect(writes()).toHaveLength(before);
  });

  it('leads to an empty plan by the commands of the error, if two bindings fit the id', async () => {
    const other = `${UUID}-pos.shift`;
    bind(other, 'lead', true, ['bu:001']);
    await open(oldStateOf(states(refreshedByOld)));
    const before = writes().length;
    for (const args of [['plan'], ['plan', '-refresh=false'], ['apply', '-auto-approve']]) {
      const { code, stdout, stderr } = await terraform.run(args);
      expect([code, stderr]).toEqual([1, expect.stringContaining('old_binding_unclear')]);
      expect(stdout).not.toContain('will be created');
    }
    const { stderr } = await terraform.run(['plan']);
    const address = /^ *with (\S+),$/m.exec(stderr)?.[1] ?? '';
    expect(address).toBe('hiiretail_iam_role_binding.lead');
    const shown = [...stderr.matchAll(/^ *terraform (.+)$/gm)].map(([, line]) =>
      String(line).replaceAll("'", '').replace('ADDRESS', address).split(' '),
    );
    const [remove = [], ...imports] = shown;
    expect(imports.map((args) => args.at(-1))).toEqual([
      `${UUID}/pos.shift-lead`,
      `${other}/custom/lead`,
    ]);
    await terraform.succeed(remove);
    await terraform.succeed(imports[0] ?? []);
    await terraform.succeed(['plan', '-detailed-exitcode']);
    expect(writes()).toHaveLength(before);
    tenant.bindingsOf(other).put('true lead', undefined);
    tenant.groups.put(other, undefined);
  });
});
