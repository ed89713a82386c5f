import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { SampleRun } from '../provider/framework/support/sample-run.ts';
import type { FrameworkTest } from './framework-test.ts';

const THING = `
variable "name" { default = "it" }
resource "sample_thing" "it" {
  name     = var.name
  document = "{ \\"a\\": 1 }"
}
`;

async function changeStore(run: SampleRun, change: Record<string, unknown>): Promise<void> {
  const thing = JSON.parse(await readFile(run.store, 'utf8'));
  await writeFile(run.store, JSON.stringify({ ...thing, ...change }));
}

const REPORTS: readonly [what: string, text: string, parts: readonly string[]][] = [
  [
    'an error with its line of the configuration',
    'error',
    ['No such text', 'Try another.', 'text = "error"'],
  ],
  ['a bug without its message', 'bug', ['The provider failed unexpectedly', 'It threw Error']],
  [
    'a crash as one of the provider, without its message',
    'crash',
    [
      'Stack trace from the terraform-provider-sample',
      'panic: terraform-provider-sample: Error',
      'plugin crashed',
    ],
  ],
];

/** The life of a resource, and what its provider reports. */
export const RESOURCE_TESTS: readonly FrameworkTest[] = [
  [
    'are replaced if an attribute forces it, with all computed values unknown',
    async (open) => {
      const run = await open(THING);
      await run.terraform.succeed(['apply', '-auto-approve']);
      const { stdout } = await run.terraform.succeed(['apply', '-auto-approve', '-var=name=other']);
      expect(stdout).toContain('# forces replacement');
      expect(stdout).toMatch(/id\s+= "id-it" -> \(known after apply\)/);
      expect(stdout).toContain('1 added, 0 changed, 1 destroyed');
      expect(await run.terraform.attributesOf('sample_thing.it')).toMatchObject({ id: 'id-other' });
    },
  ],

  [
    'show drift, but not what means the same, and come again when they are gone',
    async (open) => {
      const run = await open(THING);
      await run.terraform.succeed(['apply', '-auto-approve']);
      await changeStore(run, { document: '{"a":1}' });
      expect((await run.terraform.succeed(['plan'])).stdout).toContain('No changes');
      await changeStore(run, { document: '{"a":2}' });
      const drifted = await run.terraform.succeed(['plan']);
      expect(drifted.stdout).toContain('0 to add, 1 to change, 0 to destroy');
      await rm(run.store);
      const gone = await run.terraform.succeed(['plan']);
      expect(gone.stdout).toContain('1 to add, 0 to change, 0 to destroy');
    },
  ],

  [
    'are imported, and their configuration is generated',
    async (open) => {
      const run = await open('import {\n  to = sample_thing.it\n  id = "id-it"\n}\n');
      const thing = {
        name: 'it',
        size: 7,
        ratio: 0.1,
        tags: { team: 'a' },
        words: null,
        document: null,
        rules: [{ key: 'k', weight: 2 }],
        secret: null,
        secret_version: null,
        id: 'id-it',
        revision: 4,
        secret_length: 0,
        part: [{ label: 'p' }],
      };
      await writeFile(run.store, JSON.stringify(thing));
      await run.terraform.succeed(['plan', '-generate-config-out=generated.tf']);
      const generated = await readFile(path.join(run.terraform.folder, 'generated.tf'), 'utf8');
      expect(generated).toMatch(/ratio\s+= 0\.1\n/);
      const { stdout } = await run.terraform.succeed(['apply', '-auto-approve']);
      expect(stdout).toContain('1 imported, 0 added, 0 changed, 0 destroyed');
      expect(await run.terraform.attributesOf('sample_thing.it')).toEqual(thing);
    },
  ],

  [
    'that were created only in part are kept as tainted, and created again',
    async (open) => {
      const run = await open(THING);
      const half = await run.terraform.run(['apply', '-auto-approve', '-var=name=half-made']);
      expect(half.code).toBe(1);
      expect(half.stderr).toContain('Error: Half made');
      expect(await run.terraform.attributesOf('sample_thing.it')).toMatchObject({
        id: 'id-half-made',
        revision: 1,
      });
      await writeFile(run.store, JSON.stringify({}));
      const again = await run.terraform.succeed(['plan', '-refresh=false', '-var=name=half-made']);
      expect(again.stdout).toContain('is tainted, so must be replaced');
    },
  ],

  [
    'serve terraform test and providers schema',
    async (open) => {
      const run = await open(THING);
      await run.terraform.write({
        'story.tftest.hcl': `
variables { store = "${run.store}" }
run "makes_it" {
  assert {
    condition     = sample_thing.it.revision == 1
    error_message = "it is not new"
  }
}
run "leaves_it" {
  command = plan
  assert {
    condition     = sample_thing.it.id == "id-it"
    error_message = "it has another identifier"
  }
}
`,
      });
      expect((await run.terraform.succeed(['test'])).stdout).toContain('2 passed, 0 failed');
      const { stdout } = await run.terraform.succeed(['providers', 'schema', '-json']);
      const [sample] = Object.values(JSON.parse(stdout).provider_schemas) as [
        Record<string, Record<string, { block: { attributes: object } }>>,
      ];
      expect(Object.keys(sample)).toEqual(
        expect.arrayContaining(['resource_schemas', 'ephemeral_resource_schemas', 'functions']),
      );
      expect(sample['resource_schemas']?.['sample_thing']?.block.attributes).toMatchObject({
        secret: { write_only: true, sensitive: true },
      });
    },
  ],

  ...REPORTS.map(
    ([what, text, parts]): FrameworkTest => [
      `report ${what}`,
      async (open) => {
        const run = await open(`data "sample_echo" "it" {\n  text = "${text}"\n}\n`);
        const { code, stdout, stderr } = await run.terraform.run(['plan']);
        expect(code).toBe(1);
        for (const part of parts) expect(stderr).toContain(part);
        expect(stdout + stderr).not.toContain('canary');
      },
    ],
  ),
  [
    'have functions whose errors name the argument',
    async (open) => {
      const run = await open('output "joined" { value = provider::sample::join("", "a") }');
      const { code, stderr } = await run.terraform.run(['plan']);
      expect(code).toBe(1);
      expect(stderr.replace(/\s+/g, ' ')).toContain(
        'Invalid value for "separator" parameter: The separator is empty.',
      );
    },
  ],
];
