import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { callsOf, hiiretailEnvironment, openHiiRetail, tenantOf } from '../support/hiiretail.ts';
import { describeTerraform, type Terraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform;

beforeAll(async () => {
  release = await releaseProvider('hiiretail');
  system = await startTestSystem();
}, 60_000);
afterEach(() => terraform.close());
afterAll(() => system.stop());

const group = (attributes: string) => `
resource "hiiretail_iam_group" "auditors" {
${attributes}
}
`;

describeTerraform('a group', () => {
  it.each(['vended', 'direct'] as const)(
    'is created, changed, imported, mended after drift and deleted, with %s tokens',
    async (mode) => {
      const open = async (text: string) => terraform.write({ 'main.tf': text });
      const environment = hiiretailEnvironment(system, mode);
      const named = group('  name = "Auditors"\n  description = "Look, and touch nothing"');
      terraform = await openHiiRetail(release, environment, named);
      const same = async () => {
        const { stdout } = await terraform.succeed(['plan', '-detailed-exitcode']);
        expect(stdout).toContain('No changes');
      };
      await terraform.succeed(['apply', '-auto-approve']);
      const { id } = (await terraform.attributesOf('hiiretail_iam_group.auditors')) ?? {};
      expect(tenantOf(system).groups.find(String(id))).toMatchObject({ name: 'Auditors' });
      await same();

      await open(group('  name = "Internal Auditors"'));
      const changed = await terraform.succeed(['apply', '-auto-approve']);
      expect(changed.stdout).toContain('0 added, 1 changed, 0 destroyed');
      expect(tenantOf(system).groups.find(String(id))).toMatchObject({
        name: 'Internal Auditors',
        description: '',
      });
      await same();

      const before = tenantOf(system).groups.find(String(id));
      tenantOf(system).groups.put(String(id), { ...before, name: 'Renamed elsewhere' } as never);
      expect((await terraform.run(['plan', '-detailed-exitcode'])).code).toBe(2);
      await terraform.succeed(['apply', '-auto-approve']);
      await same();

      await terraform.succeed(['state', 'rm', 'hiiretail_iam_group.auditors']);
      await terraform.succeed(['import', 'hiiretail_iam_group.auditors', String(id)]);
      await same();

      await terraform.succeed(['destroy', '-auto-approve']);
      expect(tenantOf(system).groups.find(String(id))).toBeUndefined();
      expect(callsOf(system, 'DELETE', /\/groups\/[^/]+$/)).toBeGreaterThan(0);
    },
    120_000,
  );
});
