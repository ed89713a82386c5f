import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { openSample, type SampleRun } from '../provider/framework/support/sample-run.ts';
import { tellFrameworkStory } from '../support/framework-story.ts';
import { describeTerraform, releaseThin } from '../support/terraform.ts';

let folder: string;
let thin: Release;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'provider-framework-'));
  thin = await releaseThin(await bundleSample(folder));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

let run: SampleRun | undefined;

afterEach(async () => {
  await run?.close();
  run = undefined;
});

describeTerraform('the framework under the real terraform', () => {
  it('carries an ephemeral value into another provider and a write-only argument, and into no file', async () => {
    await tellFrameworkStory(thin);
  });

  it('works in a project of ES modules', async () => {
    run = await openSample(thin, 'data "sample_echo" "it" { text = "here" }');
    await run.terraform.write({ 'package.json': '{"type":"module"}' });
    await run.terraform.succeed(['apply', '-auto-approve']);
    expect(await run.terraform.attributesOf('data.sample_echo.it')).toMatchObject({
      text_out: 'here',
    });
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
      run = await openSample(thin, SHAPES);
      await run.terraform.succeed(['apply', '-auto-approve']);
      expect((await run.terraform.succeed(['output', 'exact'])).stdout).toBe('true\n');
      const again = await run.terraform.run(['plan', '-detailed-exitcode']);
      expect(again.stdout).toContain('No changes');
      const reordered = await run.terraform.run([
        'plan',
        '-detailed-exitcode',
        '-var=flipped=true',
      ]);
      expect(reordered.stdout).toContain('No changes');
      const updated = await run.terraform.succeed(['apply', '-auto-approve', '-var=version_=2']);
      expect(updated.stdout).toContain('0 added, 1 changed, 0 destroyed');
      expect(await run.terraform.attributesOf('sample_shapes.it')).toMatchObject({
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
      expect(await run.notes()).toEqual(['create shapes', 'update shapes']);
    });

    it('in sets keep what is theirs and get what is not given, though their order changes', async () => {
      run = await openSample(
        thin,
        `
variable "first" { default = 1 }
resource "sample_shapes" "it" {
  version = var.first
  many    = [for i in range(8) : { x = i + var.first, kind = i % 2 == 0 ? null : "own-\${i}" }]
  dynamic "set_block" {
    for_each = range(8)
    content {
      x    = set_block.value + var.first
      kind = set_block.value % 2 == 0 ? null : "own-\${set_block.value}"
    }
  }
}
`,
      );
      for (const first of [1, 2, 7]) {
        await run.terraform.succeed(['apply', '-auto-approve', `-var=first=${first}`]);
        const { many, set_block } = (await run.terraform.attributesOf('sample_shapes.it')) ?? {};
        const expected = Array.from({ length: 8 }, (_, i) => ({
          x: i + first,
          note: null,
          kind: i % 2 === 0 ? 'plain' : `own-${i}`,
        }));
        expect(new Set(many as object[])).toEqual(new Set(expected));
        expect(new Set(set_block as object[])).toEqual(new Set(expected));
      }
    });

    it('that are unknown in a plan, plain or refined, are whatever they turn out to be', async () => {
      run = await openSample(
        thin,
        `
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
      await run.terraform.succeed(['plan', '-out=saved']);
      await run.terraform.succeed(['apply', 'saved']);
      expect(await run.terraform.attributesOf('sample_shapes.it')).toMatchObject({
        amount: 1,
        names: expect.arrayContaining(['id-it', 'prefix-id-it']),
        anything: { value: { inner: 'id-it', known: 1 } },
        some: [{ note: 'n-id-it' }, { note: 'n-id-it' }],
        many: [{ note: 'id-it' }],
        list_block: [{ x: 1 }],
        set_block: [{ note: 'id-it' }],
      });
      expect(await run.terraform.attributesOf('data.sample_echo.it')).toMatchObject({
        words_out: ['id-it'],
        anything_out: { value: [1] },
      });
      expect((await run.terraform.succeed(['plan'])).stdout).toContain('No changes');
    });

    it('with more digits than a number holds are refused, with the line of the configuration', async () => {
      run = await openSample(
        thin,
        'resource "sample_shapes" "it" {\n  amounts = [1, 12345678901234567890]\n}',
      );
      const { code, stderr } = await run.terraform.run(['validate']);
      expect(code).toBe(1);
      expect(stderr).toContain('Number is too precise');
      expect(stderr).toContain('amounts[1] has more digits than a number can hold here');
      expect(stderr).toContain('amounts = [1, 12345678901234567890]');
    });
  });
});
