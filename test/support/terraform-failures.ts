import { afterAll, afterEach, beforeAll, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import type { Diagnostic } from './failed-plan.ts';
import { PLANS_WITHOUT_ENDPOINT } from './plans-without-endpoint.ts';
import { REFUSED_PLANS } from './refused-plans.ts';
import { sampleRows } from './sample-rows.ts';
import { describeTerraform, type Terraform } from './terraform.ts';
import { openTerraform, releaseTokenVending } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

/**
 * Checks the errors of plans that get no token.
 *
 * @param sample titles of the tests to run; all if absent
 */
export function describeTerraformFailures(sample?: readonly string[]): void {
  let system: TestSystem;
  let release: Release;
  let terraform: Terraform;

  beforeAll(async () => {
    release = await releaseTokenVending();
    system = await startTestSystem();
  });
  afterEach(() => terraform.close());
  afterAll(() => system.stop());

  async function plan(
    configuration: string,
    { caller = 'ci-checkout', environment = {} as Record<string, string> } = {},
  ): Promise<Diagnostic[]> {
    terraform = await openTerraform(system, caller, { releases: [release], configuration });
    const { stdout } = await terraform.run(['plan', '-json'], environment);
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter(({ diagnostic }) => diagnostic?.severity === 'error')
      .map(({ diagnostic }) => diagnostic);
  }

  const tests = sampleRows(
    [...REFUSED_PLANS, ...PLANS_WITHOUT_ENDPOINT],
    ([title]) => title,
    sample,
  );

  describeTerraform('a Terraform run that gets no token', () => {
    it.each(tests)('%s', (_title, body) => body({ system, plan, terraform: () => terraform }));
  });
}
