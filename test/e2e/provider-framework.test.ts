import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { packageStandalone } from '../../tools/provider/package-provider.ts';
import { hostPlatform } from '../../tools/provider/platforms.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { findCanaries, readAllFiles } from '../support/canary-search.ts';
import { describeTerraform, releaseThin, Terraform } from '../support/terraform.ts';

const HEADER = `
terraform {
  required_providers {
    sample = { source = "token-vending/sample" }
  }
}
`;

const VALUE = 'value-of-canary-ephemeral';

let folder: string;
let thin: Release;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'provider-framework-'));
  thin = await releaseThin(await bundleSample(folder));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

let terraform: Terraform;
let notesFile: string;

async function open(release: Release, main: string): Promise<void> {
  const home = await mkdtemp(path.join(folder, 'run-'));
  notesFile = path.join(home, 'notes');
  terraform = await Terraform.open([release], {
    SAMPLE_NOTES: notesFile,
    TF_VAR_store: path.join(home, 'store.json'),
  });
  await terraform.write({ 'main.tf': HEADER + main });
}

async function notes(): Promise<string[]> {
  const text = await readFile(notesFile, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

afterEach(() => terraform.close());

const STORY = `
variable "store" {}
variable "size" { default = 1 }

ephemeral "sample_token" "first" {
  name = "canary-ephemeral"
}

provider "sample" { store = var.store }

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

async function acceptanceStory(release: Release): Promise<void> {
  await open(release, STORY);
  const written: string[] = [];
  const run = async (args: string[], environment: Record<string, string> = {}) => {
    const { stdout, stderr } = await terraform.succeed(args, environment);
    written.push(stdout, stderr);
    return stdout;
  };
  await run(['init']);
  await run(['validate']);
  await run(['plan', '-out=saved'], { TF_LOG: 'trace' });
  await run(['apply', 'saved'], { TF_LOG: 'trace' });
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
  expect(await run(['plan', '-detailed-exitcode'])).toContain('No changes');
  expect(await run(['apply', '-auto-approve', '-var=size=2'])).toContain('1 changed');
  expect(await terraform.attributesOf('sample_thing.it')).toMatchObject({ size: 2, revision: 2 });
  expect(await run(['output'])).toContain('joined = "a-b"');
  const plan = await terraform.unzipPlan('saved');
  const kept = await readAllFiles(terraform.folder);
  expect(plan.map(({ file }) => file)).toContain('tfplan');
  for (const { text } of [...plan, ...kept]) written.push(text);
  expect(findCanaries(written.join('\n'), [VALUE])).toEqual([]);
  expect(await run(['destroy', '-auto-approve', '-var=size=2'])).toContain('1 destroyed');
  const seen = await notes();
  expect(seen).toContain(`configured with ${VALUE}`);
  expect(seen.filter((line) => line.startsWith('open')).length).toBe(
    seen.filter((line) => line.startsWith('close')).length,
  );
}

describeTerraform('the framework under the real terraform', () => {
  it('carries an ephemeral value into another provider and a write-only argument, and into no file', async () => {
    await acceptanceStory(thin);
  }, 60_000);

  it('does the same as a single executable', async () => {
    const bundle = await bundleSample(folder);
    const standalone = await packageStandalone(bundle, '0.1.0', hostPlatform(), folder);
    await acceptanceStory({ name: 'sample', version: '0.1.0', packages: [standalone] });
  }, 120_000);

  it('works in a project of ES modules', async () => {
    await open(thin, 'data "sample_echo" "it" { text = "here" }');
    await terraform.write({ 'package.json': '{"type":"module"}' });
    await terraform.succeed(['init']);
    await terraform.succeed(['apply', '-auto-approve']);
    expect(await terraform.attributesOf('data.sample_echo.it')).toMatchObject({ text_out: 'here' });
  });

  describe('values', () => {
    const SHAPES = `
variable "version_" { default = 1 }
variable "flipped" { default = false }

resource "sample_shapes" "it" {
  version = var.version_
  amount  = 0.1
  amounts = [0.1, 1e-7, 123456789.123, -0, 9007199254740991, 1e15]
  flags   = { a = true, "b.c" = false }
  names   = var.flipped ? ["z", "é", "a"] : ["a", "z", "e\\u0301"]
  table   = { t = [["x", "y"], []] }
  people  = [{ name = "n", age = null }, { name = null, age = 1.5 }]
  anything = { list = [1, "two", { three = 3 }], number = 12345678901234567890, fraction = 0.1 }
  one     = { x = 1 }
  some    = [{ x = 1, note = "n" }, { x = 2.25, kind = "own" }]
  many    = [{ x = 1 }, { x = 2, note = "m" }]
  named   = { "k.1" = { x = 3 } }
  deep    = [{ inner = { a = { points = [{ x = 1 }, { x = 2 }] }, b = {} } }, {}]
  single_block { x = 1 }
  list_block { x = 1 }
  list_block {
    x    = 2
    kind = "own"
  }
  set_block { x = 2 }
  set_block { x = 1 }
}

output "exact" { value = sample_shapes.it.amount == 0.1 && sample_shapes.it.anything.number == 12345678901234567890 }
`;

    it('of every shape are kept as they are written, so that a second plan has nothing to do', async () => {
      await open(thin, SHAPES);
      await terraform.succeed(['init']);
      await terraform.succeed(['apply', '-auto-approve']);
      expect((await terraform.succeed(['output', 'exact'])).stdout).toBe('true\n');
      const again = await terraform.run(['plan', '-detailed-exitcode']);
      expect(again.stdout).toContain('No changes');
      const reordered = await terraform.run(['plan', '-detailed-exitcode', '-var=flipped=true']);
      expect(reordered.stdout).toContain('No changes');
      const updated = await terraform.succeed(['apply', '-auto-approve', '-var=version_=2']);
      expect(updated.stdout).toContain('0 added, 1 changed, 0 destroyed');
      expect(await terraform.attributesOf('sample_shapes.it')).toMatchObject({
        anything: {
          value: { list: [1, 'two', { three: 3 }], fraction: 0.1 },
        },
        flags: { a: true, 'b.c': false },
        one: { x: 1, note: null, kind: 'plain' },
        some: [
          { x: 1, note: 'n', kind: 'plain' },
          { x: 2.25, note: null, kind: 'own' },
        ],
        deep: [
          {
            inner: {
              a: { points: [expect.objectContaining({ kind: 'plain' }), expect.anything()] },
              b: { points: null },
            },
          },
          { inner: null },
        ],
        list_block: [
          { x: 1, kind: 'plain' },
          { x: 2, kind: 'own' },
        ],
      });
      expect(await notes()).toEqual(['create shapes', 'update shapes']);
    }, 60_000);

    it('that are unknown in a plan, plain or refined, are whatever they turn out to be', async () => {
      await open(
        thin,
        `
variable "store" {}
provider "sample" { store = var.store }
resource "sample_thing" "it" { name = "it" }
resource "sample_shapes" "it" {
  amount   = sample_thing.it.revision
  names    = [sample_thing.it.id, "prefix-\${sample_thing.it.id}"]
  anything = { inner = sample_thing.it.id, known = 1 }
  some     = [for n in [1, 2] : { x = n, note = "n-\${sample_thing.it.id}" }]
  many     = [{ x = 1, note = sample_thing.it.id }]
  list_block { x = sample_thing.it.revision }
  dynamic "set_block" {
    for_each = toset([sample_thing.it.id])
    content {
      x    = 1
      note = set_block.value
    }
  }
}
data "sample_echo" "it" {
  words    = [sample_thing.it.id]
  anything = [sample_thing.it.revision]
}
`,
      );
      await terraform.succeed(['init']);
      await terraform.succeed(['plan', '-out=saved']);
      await terraform.succeed(['apply', 'saved']);
      expect(await terraform.attributesOf('sample_shapes.it')).toMatchObject({
        amount: 1,
        names: expect.arrayContaining(['id-it', 'prefix-id-it']),
        anything: { value: { inner: 'id-it', known: 1 } },
        some: [{ note: 'n-id-it' }, { note: 'n-id-it' }],
        many: [{ note: 'id-it' }],
        list_block: [{ x: 1 }],
        set_block: [{ note: 'id-it' }],
      });
      expect(await terraform.attributesOf('data.sample_echo.it')).toMatchObject({
        words_out: ['id-it'],
        anything_out: { value: [1] },
      });
      expect((await terraform.succeed(['plan'])).stdout).toContain('No changes');
    }, 60_000);

    it('with more digits than a number holds are refused, with the line of the configuration', async () => {
      await open(thin, 'resource "sample_shapes" "it" {\n  amounts = [1, 12345678901234567890]\n}');
      await terraform.succeed(['init']);
      const { code, stderr } = await terraform.run(['validate']);
      expect(code).toBe(1);
      expect(stderr).toContain('Number is too precise');
      expect(stderr).toContain('amounts[1] has more digits than a number can hold here');
      expect(stderr).toContain('amounts = [1, 12345678901234567890]');
    });
  });
});
