import { expect, it } from '@jest/globals';
import { tenantOf } from './hiiretail.ts';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

/** Suite of objects that exist already. */
export function describeConflicts(runs: HiiRetailRuns): void {
  describeTerraform('the IAM API as it really is', () => {
    it('reports what exists already, and the provider takes nothing over', async () => {
      const { roles, resources } = tenantOf(runs.system);
      await runs.open(`
resource "hiiretail_iam_custom_role" "taken" {
  id          = "custom.approver"
  permissions = [{ id = "iam.group.get" }]
}
resource "hiiretail_iam_resource" "taken" {
  id   = "bu:001"
  name = "Mine now"
}
resource "hiiretail_iam_group" "taken" {
  name = "Cashiers"
}`);
      const { errors } = await runs.apply();
      expect(errors.map(({ summary }) => summary.split(': ')[1])).toEqual(
        Array(3).fill('api_conflict'),
      );
      for (const { detail } of errors) expect(detail).toMatch(/import it/);
      expect(roles.find('custom.approver')?.permissions).toEqual([{ id: 'rec.period.approve' }]);
      expect(resources.find('bu:001')?.name).toBe('Store 001');
    });
  });
}
