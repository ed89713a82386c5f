import process from 'node:process';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { eventually } from '../provider/framework/support/eventually.ts';
import { callsOf, hiiretailEnvironment, openHiiRetail, tenantOf } from './hiiretail.ts';
import { describeTerraform, type RunningTerraform, type Terraform } from './terraform.ts';
import { releaseProvider } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

const COUNT = 15;
const GROUPS = `
resource "hiiretail_iam_group" "many" {
  count = ${COUNT}
  name  = "Many \${count.index}"
}
`;

let system: TestSystem;
let release: Release;
let terraform: Terraform;

const stored = () =>
  tenantOf(system)
    .groups.all()
    .filter(({ name }) => name.startsWith('Many'))
    .map(({ id }) => id)
    .sort();

async function inState(): Promise<string[]> {
  const { resources } = JSON.parse(await terraform.stateText());
  const ids = resources.flatMap(({ instances }: { instances: { attributes: { id: string } }[] }) =>
    instances.map(({ attributes }) => attributes.id),
  );
  return ids.sort();
}

/** Every creation is stored at once, and its response is sent when the test releases it. */
function holdCreations(): () => void {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  system.iamApi.faults.push({
    method: 'POST',
    path: /\/groups$/,
    response: 'late',
    until,
    times: 99,
  });
  return resolve;
}

const posted = (count: number) =>
  eventually(() => (callsOf(system, 'POST', /\/groups$/) >= count ? true : undefined));

// The log shows that the provider, and not only Terraform, has the interrupt.
const startApply = () => terraform.start(['apply', '-auto-approve'], { TF_LOG_PROVIDER: 'info' });

const says = (run: RunningTerraform, text: string) =>
  eventually(() => (run.output().includes(text) ? true : undefined));

/** A terminal signals the whole group, so the provider gets the signal too. */
const interrupt = (run: RunningTerraform) => process.kill(-(run.process.pid as number), 'SIGINT');

function groupIsAlive({ process: { pid } }: RunningTerraform): boolean {
  try {
    process.kill(-(pid as number), 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Suite of applies that are interrupted.
 *
 * @param counts how many creations are under way at the interrupt
 */
export function describeInterrupts(counts: readonly number[]): void {
  describeTerraform('an apply that is interrupted while the API works on creations', () => {
    beforeAll(async () => {
      release = await releaseProvider('hiiretail');
    });
    beforeEach(async () => {
      system = await startTestSystem();
      terraform = await openHiiRetail(release, hiiretailEnvironment(system, 'direct'), GROUPS);
    });
    afterEach(async () => {
      await terraform.close();
      await system.stop();
    });

    it.each(counts)(
      'has every group in the state that the API has, with %d creations under way',
      async (count) => {
        const respond = holdCreations();
        const run = startApply();
        await posted(count);
        interrupt(run);
        await says(run, 'asked to stop');
        respond();
        const { code, stdout } = await run.finished;
        expect([code, stdout]).toEqual([1, expect.stringContaining('Interrupt received.')]);
        expect(stored().length).toBeGreaterThanOrEqual(count);
        expect(stored().length).toBeLessThan(COUNT);
        expect(await inState()).toEqual(stored());
        await terraform.succeed(['apply', '-auto-approve']);
        expect([stored().length, await inState()]).toEqual([COUNT, stored()]);
      },
    );

    it('ends at the second interrupt, and leaves no process behind', async () => {
      const respond = holdCreations();
      const run = startApply();
      await posted(1);
      interrupt(run);
      await says(run, 'asked to stop');
      interrupt(run);
      const { code, stderr } = await run.finished;
      expect([code, stderr]).toEqual([1, expect.stringContaining('Two interrupts received')]);
      await eventually(() => (groupIsAlive(run) ? undefined : true));
      respond();
    });
  });
}
