import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment, openHiiRetail } from '../support/hiiretail.ts';
import { describeTerraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;
let release: Release;

beforeAll(async () => {
  release = await releaseProvider('hiiretail');
  system = await startTestSystem();
});
afterAll(() => system.stop());

const CONFIGURATION = `
resource "hiiretail_iam_role_binding" "it" {
  group_id = "cashiers"
  role_id  = "iam.no-such-role"
  bindings = ["bu:001"]
}`;

// The provider reads for 25 s before it gives up.
describeTerraform('the IAM API as it really is', () => {
  it('answers 200 and stores nothing for a role that does not exist, and the provider says so', async () => {
    const environment = hiiretailEnvironment(system, 'direct');
    const terraform = await openHiiRetail(release, environment, CONFIGURATION);
    try {
      const { code, stderr } = await terraform.run(['apply', '-auto-approve']);
      const text = stderr.replaceAll(/[\s│]+/g, ' ');
      expect(code).toBe(1);
      expect(text).toMatch(/not_stored/);
      expect(text).toMatch(/role_id, is_custom and bindings/);
      expect(await terraform.attributesOf('hiiretail_iam_role_binding.it')).toBeUndefined();
    } finally {
      await terraform.close();
    }
  });
});
