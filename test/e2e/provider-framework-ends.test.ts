import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { eventually } from '../provider/framework/support/eventually.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { openSample, type SampleRun } from '../provider/framework/support/sample-run.ts';
import { describeTerraform, releaseThin } from '../support/terraform.ts';

const WAITING = `
ephemeral "sample_token" "it" {
  name = "n"
  wait = true
}
provider "sample" {
  alias = "fed"
  token = ephemeral.sample_token.it.value
}
resource "sample_shapes" "it" { provider = sample.fed }
`;

let folder: string;
let thin: Release;
let run: SampleRun;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'provider-ends-'));
  thin = await releaseThin(await bundleSample(folder));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(() => run.close());

describeTerraform('a provider of the framework whose run ends early', () => {
  it('gives up a waiting Open at Ctrl-C', async () => {
    run = await openSample(thin, WAITING);
    const plan = run.terraform.start(['plan']);
    await run.noted('waiting in');
    const interrupted = performance.now();
    // A terminal signals the whole group, so the provider gets the signal too.
    process.kill(-(plan.process.pid as number), 'SIGINT');
    const { code, stdout, stderr } = await plan.finished;
    expect(performance.now() - interrupted).toBeLessThan(10_000);
    expect(code).toBe(1);
    expect(stdout).toContain('Interrupt received.');
    expect(stderr).toContain('Error: Interrupted');
    expect(await readdir(run.temporary)).toEqual([]);
  });

  it('leaves neither a process nor a socket when Terraform is killed', async () => {
    run = await openSample(thin, WAITING);
    const plan = run.terraform.start(['plan']);
    const provider = Number((await run.noted('waiting in')).split(' ').at(-1));
    expect(isAlive(provider)).toBe(true);
    expect((await readdir(run.temporary)).length).toBeGreaterThan(0);
    plan.process.kill('SIGKILL');
    await eventually(() => (isAlive(provider) ? undefined : true));
    await eventually(async () => ((await readdir(run.temporary)).length === 0 ? true : undefined));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
