import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { IamTenant } from '../../local/iam-api-store.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment } from './hiiretail.ts';
import { commands, newSource } from './hiiretail-migration-guide.ts';
import { createdByOld, oldStateOf, refreshedByOld } from './hiiretail-old-state.ts';
import { ocmsClientIdOf } from './hiiretail-provider.ts';
import { describeTerraform, Terraform } from './terraform.ts';
import { releaseProvider } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform;

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

/** What the incumbent did to a binding after it created it. */
const CHANGES = {
  'as it is': refreshedByOld,
  'as it was before': (created: ReturnType<typeof createdByOld>) => created,
};

/** The state from which the run starts, or a state with an id that fits two bindings. */
type OldBindings = keyof typeof CHANGES | 'two bindings fit';

/** Suite of bindings in a state of `extenda/hiiretail`. */
export function describeOldBindings(cases: readonly OldBindings[]): void {
  const asStored = cases.filter((one) => one !== 'two bindings fit');

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

    beforeAll(async () => {
      release = await releaseProvider('hiiretail');
      system = await startTestSystem();
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

    afterEach(() => terraform.close());
    afterAll(() => system.stop());

    it.each(asStored)('leads to an empty plan, %s, and nothing is written', async (stored) => {
      await open(oldStateOf(states(CHANGES[stored])));
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

    if (cases.includes('two bindings fit')) {
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
    }
  });
}
