import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { openSample, type SampleRun } from '../provider/framework/support/sample-run.ts';
import { describeTerraform, releaseThin } from '../support/terraform.ts';

let folder: string;
let thin: Release;
let run: SampleRun;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'provider-resources-'));
  thin = await releaseThin(await bundleSample(folder));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(() => run.close());

const THING = `
variable "name" { default = "it" }
resource "sample_thing" "it" {
  name     = var.name
  document = "{ \\"a\\": 1 }"
}
`;

async function changeStore(change: Record<string, unknown>): Promise<void> {
  const thing = JSON.parse(await readFile(run.store, 'utf8'));
  await writeFile(run.store, JSON.stringify({ ...thing, ...change }));
}

describeTerraform('resources of the framework under the real terraform', () => {
  it('are replaced if an attribute forces it, with all computed values unknown', async () => {
    run = await openSample(thin, THING);
    await run.terraform.succeed(['apply', '-auto-approve']);
    const { stdout } = await run.terraform.succeed(['apply', '-auto-approve', '-var=name=other']);
    expect(stdout).toContain('# forces replacement');
    expect(stdout).toMatch(/id\s+= "id-it" -> \(known after apply\)/);
    expect(stdout).toContain('1 added, 0 changed, 1 destroyed');
    expect(await run.terraform.attributesOf('sample_thing.it')).toMatchObject({ id: 'id-other' });
  });

  it('show drift, but not what means the same, and come again when they are gone', async () => {
    run = await openSample(thin, THING);
    await run.terraform.succeed(['apply', '-auto-approve']);
    await changeStore({ document: '{"a":1}' });
    expect((await run.terraform.succeed(['plan'])).stdout).toContain('No changes');
    await changeStore({ document: '{"a":2}' });
    const drifted = await run.terraform.succeed(['plan']);
    expect(drifted.stdout).toContain('0 to add, 1 to change, 0 to destroy');
    await rm(run.store);
    const gone = await run.terraform.succeed(['plan']);
    expect(gone.stdout).toContain('1 to add, 0 to change, 0 to destroy');
  });

  it('are imported, and their configuration is generated', async () => {
    run = await openSample(thin, 'import {\n  to = sample_thing.it\n  id = "id-it"\n}\n');
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
  });

  it('that were created only in part are kept as tainted, and created again', async () => {
    run = await openSample(thin, THING);
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
  });

  it('are planned before the configuration of their provider is known, and created after it is', async () => {
    run = await openSample(
      thin,
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
  });

  it('are not opened, if ephemeral, before the configuration of their provider is known: the error says what is unknown', async () => {
    run = await openSample(
      thin,
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
  });

  it('are renewed while the run goes on, again if a renewal says so, and no more if one fails', async () => {
    run = await openSample(
      thin,
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
    const renewals = notes.slice(0, made).filter((line) => line === 'renew {"name":"left-alone"}');
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
  });

  it('read data that depends on an unknown provider configuration only with a clear error', async () => {
    run = await openSample(
      thin,
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
  });

  it('serve terraform test and providers schema', async () => {
    run = await openSample(thin, THING);
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
  });

  it.each([
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
  ])('report %s', async (_, text, parts) => {
    run = await openSample(thin, `data "sample_echo" "it" {\n  text = "${text}"\n}\n`);
    const { code, stdout, stderr } = await run.terraform.run(['plan']);
    expect(code).toBe(1);
    for (const part of parts) expect(stderr).toContain(part);
    expect(stdout + stderr).not.toContain('canary');
  });

  it('have functions whose errors name the argument', async () => {
    run = await openSample(thin, 'output "joined" { value = provider::sample::join("", "a") }');
    const { code, stderr } = await run.terraform.run(['plan']);
    expect(code).toBe(1);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'Invalid value for "separator" parameter: The separator is empty.',
    );
  });
});
