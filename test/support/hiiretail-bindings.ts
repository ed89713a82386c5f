import { expect, it } from '@jest/globals';
import { callsOf, tenantOf } from './hiiretail.ts';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

const binding = (attributes: string) => `
resource "hiiretail_iam_role_binding" "it" {
  group_id = "cashiers"
  role_id  = "iam.viewer"
  ${attributes}
}
`;

/** Suite of how the API stores and shows bindings and roles. */
export function describeBindings(runs: HiiRetailRuns): void {
  describeTerraform('the IAM API as it really is', () => {
    const bound = () => tenantOf(runs.system).bindingsOf('cashiers').all();

    it('takes a binding without resources for access to everything, so the provider sends none unasked', async () => {
      for (const attributes of [
        '',
        'bindings = []',
        'bindings = ["bu:001"]\n  all_resources = true',
      ]) {
        await runs.open(binding(attributes));
        const { errors } = await runs.run(['plan']);
        expect(errors[0]?.summary).toMatch(/names no resources|contradict/);
        await runs.close();
      }
      expect(callsOf(runs.system, 'POST', /\/roles$/)).toBe(0);
      await runs.open(binding('all_resources = true'));
      expect(await runs.apply()).toMatchObject({ code: 0 });
      expect(bound()).toEqual([{ roleId: 'iam.viewer', isCustom: false, bindings: [] }]);
    });

    it('may lose the resources of a binding, which shows as drift to access to everything', async () => {
      await runs.open(binding('bindings = ["bu:001", "bu:002"]'));
      await runs.apply();
      const key = { roleId: 'iam.viewer', isCustom: false };
      const store = tenantOf(runs.system).bindingsOf('cashiers');
      store.put('false iam.viewer', { ...key, bindings: ['bu:002', 'bu:001'] });
      expect(await runs.planExitCode()).toBe(0);
      store.put('false iam.viewer', { ...key, bindings: [] });
      expect(await runs.planExitCode()).toBe(2);
      await runs.apply();
      expect(bound()).toMatchObject([{ bindings: ['bu:001', 'bu:002'] }]);
    });

    it('shows role ids with a prefix in lists, and they are recognised', async () => {
      runs.system.iamApi.quirks.rolePrefix = 'custom-roles/';
      await runs.open(`
resource "hiiretail_iam_role_binding" "it" {
  group_id  = "cashiers"
  role_id   = "custom.approver"
  is_custom = true
  bindings  = ["bu:001"]
}`);
      expect(await runs.apply()).toMatchObject({ code: 0 });
      expect(await runs.planExitCode()).toBe(0);
    });
  });
}
