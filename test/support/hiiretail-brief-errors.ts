import { expect, it } from '@jest/globals';
import { callsOf, tenantOf } from './hiiretail.ts';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

const group = (attributes = '') => `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
  ${attributes}
}
`;

/** Suite of an API that fails for a moment. */
export function describeBriefErrors(runs: HiiRetailRuns): void {
  describeTerraform('the IAM API as it really is', () => {
    it('fails for a moment, and reads, changes and deletions are repeated', async () => {
      await runs.open(group());
      await runs.apply();
      const once = (method: string, status: number) =>
        runs.system.iamApi.faults.push({ method, response: { status, body: '<html>' }, times: 1 });
      once('GET', 503);
      once('PUT', 502);
      await runs.terraform.write({ 'main.tf': group('description = "changed"') });
      expect(await runs.apply()).toMatchObject({ code: 0 });
      once('DELETE', 500);
      expect(await runs.run(['destroy', '-auto-approve'])).toMatchObject({ code: 0 });
    });

    it('may break off after a creation, which is not repeated and found on the next run', async () => {
      await runs.open(group());
      runs.system.iamApi.faults.push({
        method: 'POST',
        path: /groups$/,
        response: 'drop',
        times: 1,
      });
      const { errors } = await runs.apply();
      expect(errors[0]?.summary).toMatch(/api_unreachable/);
      expect(callsOf(runs.system, 'POST', /\/groups$/)).toBe(1);
      const again = await runs.apply();
      expect(again.errors[0]?.detail).toMatch(/import it/);
      const { id } =
        tenantOf(runs.system)
          .groups.all()
          .find(({ name }) => name === 'Auditors') ?? {};
      await runs.terraform.succeed(['import', 'hiiretail_iam_group.it', String(id)]);
      expect(await runs.apply()).toMatchObject({ code: 0, errors: [] });
    });
  });
}
