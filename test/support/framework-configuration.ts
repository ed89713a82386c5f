import { expect } from '@jest/globals';
import type { FrameworkTest } from './framework-test.ts';

/** Resources that depend on the configuration of their provider, which may be unknown. */
export const CONFIGURATION_TESTS: readonly FrameworkTest[] = [
  [
    'are planned before the configuration of their provider is known, and created after it is',
    async (open) => {
      const run = await open(
        `
resource "sample_thing" "it" { name = "it" }
provider "sample" {
  alias = "later"
  level = sample_thing.it.revision
}
resource "sample_shapes" "it" { provider = sample.later }
`,
      );
      await run.terraform.succeed(['plan']);
      expect(await run.notes()).toEqual([]);
      await run.terraform.succeed(['apply', '-auto-approve']);
      expect(await run.notes()).toEqual(['create shapes']);
    },
  ],

  [
    'are not opened, if ephemeral, before the configuration of their provider is known: the error says what is unknown',
    async (open) => {
      const run = await open(
        `
resource "sample_thing" "it" { name = "it" }
provider "sample" {
  alias = "later"
  level = sample_thing.it.revision
}
ephemeral "sample_token" "it" {
  provider = sample.later
  name     = "n"
}
provider "sample" {
  alias = "fed"
  token = ephemeral.sample_token.it.value
}
resource "sample_shapes" "it" { provider = sample.fed }
`,
      );
      const { code, stderr } = await run.terraform.run(['plan']);
      expect(code).toBe(1);
      expect(stderr).toContain('The provider configuration is not known yet');
      expect(stderr.replace(/[\s│]+/g, ' ')).toContain(
        'The value of level will be known only after apply',
      );
      await run.terraform.succeed(['apply', '-auto-approve', '-target=sample_thing.it']);
      expect(await run.notes()).toEqual([]);
      await run.terraform.succeed(['apply', '-auto-approve']);
      expect(await run.notes()).toEqual(
        expect.arrayContaining(['open n', 'configured with value-of-n', 'create shapes']),
      );
      expect(await run.notes()).toContain('close {"name":"n"}');
    },
  ],

  [
    'are renewed while the run goes on, again if a renewal says so, and no more if one fails',
    async (open) => {
      const run = await open(
        `
ephemeral "sample_token" "it" {
  name        = "n"
  renew_in_ms = 50
}
ephemeral "sample_token" "left_alone" {
  name        = "left-alone"
  renew_in_ms = 50
}
provider "sample" {
  alias = "fed"
  token = "\${ephemeral.sample_token.it.value} \${ephemeral.sample_token.left_alone.value}"
}
variable "notes" {}
resource "terraform_data" "long" {
  provisioner "local-exec" {
    command = "until [ $(grep -c 'renew .*left-alone' \${var.notes}) -ge 2 ] && grep -q 'renew .*:.n' \${var.notes}; do sleep 0.05; done"
  }
}
resource "sample_shapes" "it" {
  provider   = sample.fed
  depends_on = [terraform_data.long]
}
`,
      );
      await run.terraform.succeed(['apply', '-auto-approve', `-var=notes=${run.notesFile}`]);
      const notes = await run.notes();
      const made = notes.indexOf('create shapes');
      const renewals = notes
        .slice(0, made)
        .filter((line) => line === 'renew {"name":"left-alone"}');
      expect(renewals.length).toBeGreaterThanOrEqual(2);
      expect(notes.indexOf('renew {"name":"n"}')).toBeLessThan(made);
      // A plan of more than a second also has renewals.
      const count = (note: string) => notes.filter((line) => line === note).length;
      expect(count('renew {"name":"n"}')).toBeLessThanOrEqual(count('open n'));
      // Either resource may be closed first, and the other may be renewed once more in between.
      expect(notes).toEqual(
        expect.arrayContaining(['close {"name":"left-alone"}', 'close {"name":"n"}']),
      );
      expect(notes.at(-1)).toMatch(/^close /);
    },
  ],

  [
    'read data that depends on an unknown provider configuration only with a clear error',
    async (open) => {
      const run = await open(
        `
resource "sample_thing" "it" { name = "it" }
provider "sample" {
  alias = "later"
  level = sample_thing.it.revision
}
data "sample_echo" "it" {
  provider = sample.later
  text     = "now"
}
`,
      );
      const { code, stderr } = await run.terraform.run(['plan']);
      expect(code).toBe(1);
      expect(stderr).toContain('The provider configuration is not known yet');
      expect(stderr.replace(/\s+/g, ' ')).toContain(
        'The value of level will be known only after apply, and this operation needs it before.',
      );
    },
  ],
];
