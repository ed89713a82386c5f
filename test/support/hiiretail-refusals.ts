import { expect, it } from '@jest/globals';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

const GROUP = `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
}
`;

/** Suite of responses by which the API refuses a request. */
export function describeRefusals(runs: HiiRetailRuns): void {
  describeTerraform('the IAM API as it really is', () => {
    it('responds with 403 for another tenant, and the provider names permission, tenant and environment', async () => {
      await runs.open(GROUP, { ...runs.direct(), HIIRETAIL_TENANT_ID: 'OTHERTENANT' });
      const { errors, warnings } = await runs.apply();
      expect(errors[0]?.summary).toMatch(/api_forbidden/);
      expect(errors[0]?.detail).toMatch(/tenant_id or environment[\s\S]*iam\.group\.create/);
      expect(warnings.map(({ summary }) => summary)).toContain('client_id is of another tenant');
    });

    it('responds with 403 if the client lacks a permission, and no resource leaves the state', async () => {
      await runs.open(GROUP);
      await runs.apply();
      const clientId = runs.direct()['HIIRETAIL_CLIENT_ID'] ?? '';
      runs.system.iamApi.permissions.set(clientId, new Set(['iam.group.list']));
      const { errors } = await runs.run(['plan']);
      expect(errors[0]?.detail).toMatch(/iam\.group\.get/);
      expect(await runs.terraform.attributesOf('hiiretail_iam_group.it')).toBeDefined();
    });

    it('returns errors of the input as an array, and each message is shown', async () => {
      const message = ['name must not contain emoji', 'description must be friendly'];
      const body = JSON.stringify({ statusCode: 400, message, error: 'Bad Request' });
      runs.system.iamApi.faults.push({ method: 'POST', response: { status: 400, body }, times: 1 });
      await runs.open(GROUP);
      const { errors } = await runs.apply();
      for (const text of message) expect(errors[0]?.detail).toContain(text);
      expect(errors[0]?.detail).toMatch(/Correlation-Id: [0-9a-f-]{36}/);
    });
  });
}
