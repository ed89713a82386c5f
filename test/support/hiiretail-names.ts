import { expect, it } from '@jest/globals';
import { LOCAL_TENANT } from '../../local/iam-api.ts';
import { tenantOf } from './hiiretail.ts';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

function role(attributes: string): string {
  return `resource "hiiretail_iam_custom_role" "it" {\n  id = "custom.it"\n  ${attributes}\n}`;
}

/** Suite of names and ids that the API accepts, and of their changes. */
export function describeNames(runs: HiiRetailRuns): void {
  describeTerraform('names that the incumbent refuses', () => {
    it('are taken as the API takes them', async () => {
      await runs.open(`
resource "hiiretail_iam_group" "it" {
  name = "Financial Users-001 (Åre)"
}
resource "hiiretail_iam_custom_role" "it" {
  id          = "custom.reconciliation-approver"
  name        = "Reconciliation Approver"
  permissions = [{ id = "rec.period.approve" }]
}
resource "hiiretail_iam_resource" "it" {
  id   = "st:a_b 100%?#"
  name = "With a__b"
}`);
      expect(await runs.apply()).toMatchObject({ code: 0, errors: [] });
      expect(await runs.planExitCode()).toBe(0);
      expect(tenantOf(runs.system).resources.find('st:a_b 100%?#')?.name).toBe('With a__b');
      expect(runs.system.iamApi.requests[0]?.path).toContain(LOCAL_TENANT);
    });

    it('change in place, and another id of a resource or role replaces it', async () => {
      const both = (id: string) => `${role(`permissions = []`).replace('custom.it', id)}
resource "hiiretail_iam_resource" "it" {
  id   = "${id}"
  name = "Store"
}`;
      await runs.open(both('custom.one'));
      await runs.apply();
      await runs.terraform.write({ 'main.tf': both('custom.two') });
      expect(await runs.apply()).toMatchObject({ code: 0 });
      const { roles, resources } = tenantOf(runs.system);
      expect([roles.find('custom.one'), resources.find('custom.one')]).toEqual([
        undefined,
        undefined,
      ]);
      expect([roles.find('custom.two'), resources.find('custom.two')]).not.toContain(undefined);
    });
  });
}
