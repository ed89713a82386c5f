import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { callsOf, tenantOf } from './hiiretail.ts';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

const GROUP = `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
}
`;

/** Suite of an API that shows a write some time after it responds. */
export function describeLateWrites(runs: HiiRetailRuns): void {
  describeTerraform('the IAM API as it really is', () => {
    it('shows writes late and groups unfinished, and the provider waits for both', async () => {
      runs.system.iamApi.quirks.visibilityDelay = 1_200;
      runs.system.iamApi.quirks.busyFor = 2_000;
      await runs.open(GROUP);
      expect(await runs.apply()).toMatchObject({ code: 0, errors: [] });
      expect(await runs.terraform.attributesOf('hiiretail_iam_group.it')).toMatchObject({
        status: 'Created',
      });
      expect(callsOf(runs.system, 'GET', /\/groups\/[^/]+$/)).toBeGreaterThan(2);
    });

    it('has what it accepted when a run is interrupted before it shows, and so has the state', async () => {
      runs.system.iamApi.quirks.visibilityDelay = 3_000;
      await runs.open(GROUP);
      const interrupted = runs.terraform.start(['apply', '-auto-approve', '-no-color']);
      while (callsOf(runs.system, 'POST', /\/groups$/) === 0) await wait(20);
      process.kill(-(interrupted.process.pid as number), 'SIGINT');
      const { stdout } = await interrupted.finished;
      expect(stdout).toContain('Warning: Group Auditors was not read after the write');
      const stored = () =>
        tenantOf(runs.system)
          .groups.all()
          .find(({ name }) => name === 'Auditors');
      while (stored() === undefined) await wait(100);
      const state = await runs.terraform.attributesOf('hiiretail_iam_group.it');
      expect(state).toMatchObject({ id: stored()?.id, name: 'Auditors' });
      expect(await runs.planExitCode()).toBe(0);
    });
  });
}
