import { expect } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { openSample, type SampleRun } from '../provider/framework/support/sample-run.ts';
import { findCanaries, readAllFiles } from './canary-search.ts';

const VALUE = 'value-of-canary-ephemeral';

const STORY = `
variable "size" { default = 1 }

ephemeral "sample_token" "first" {
  name = "canary-ephemeral"
}

provider "sample" {
  alias = "second"
  store = var.store
  token = ephemeral.sample_token.first.value
}

resource "sample_thing" "it" {
  provider       = sample.second
  name           = "it"
  size           = var.size
  ratio          = 0.1
  secret         = ephemeral.sample_token.first.value
  secret_version = var.size
  part { label = "a" }
  rules = [{ key = "k" }]
}

output "joined" { value = provider::sample::join("-", "a", "b") }
`;

/**
 * Plans, applies, changes and destroys a configuration with an ephemeral value, and searches all that was written for it.
 *
 * @param release of the sample provider
 */
export async function tellFrameworkStory(release: Release): Promise<void> {
  const run = await openSample(release, STORY);
  try {
    await tell(run);
  } finally {
    await run.close();
  }
}

async function tell(run: SampleRun): Promise<void> {
  const { terraform } = run;
  const written: string[] = [];
  const say = async (args: string[], environment: Record<string, string> = {}) => {
    const { stdout, stderr } = await terraform.succeed(args, environment);
    written.push(stdout, stderr);
    return stdout;
  };
  await say(['validate']);
  await say(['plan', '-out=saved'], { TF_LOG: 'trace' });
  await say(['apply', 'saved'], { TF_LOG: 'trace' });
  expect(await terraform.attributesOf('sample_thing.it')).toMatchObject({
    id: 'id-it',
    size: 1,
    ratio: 0.1,
    revision: 1,
    secret: null,
    secret_length: VALUE.length,
    part: [{ label: 'a' }],
    rules: [{ key: 'k', weight: 1 }],
  });
  expect(await say(['plan', '-detailed-exitcode'])).toContain('No changes');
  expect(await say(['apply', '-auto-approve', '-var=size=2'])).toContain('1 changed');
  expect(await terraform.attributesOf('sample_thing.it')).toMatchObject({ size: 2, revision: 2 });
  expect(await say(['output'])).toContain('joined = "a-b"');
  const plan = await terraform.unzipPlan('saved');
  const kept = await readAllFiles(terraform.folder);
  expect(plan.map(({ file }) => file)).toContain('tfplan');
  for (const { text } of [...plan, ...kept]) written.push(text);
  expect(findCanaries(written.join('\n'), [VALUE])).toEqual([]);
  expect(await say(['destroy', '-auto-approve', '-var=size=2'])).toContain('1 destroyed');
  const seen = await run.notes();
  expect(seen).toContain(`configured with ${VALUE}`);
  expect(seen.filter((line) => line.startsWith('open')).length).toBe(
    seen.filter((line) => line.startsWith('close')).length,
  );
}
