import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { sampleRows } from './sample-rows.ts';
import { describeTerraform, releaseThin, Terraform } from './terraform.ts';
import { releaseProvider, releaseTokenVending } from './terraform-run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const EXAMPLES = [
  'provider/provider.tf',
  'resources/tokenvending_credential/resource.tf',
  'data-sources/tokenvending_access_token/data-source.tf',
  'data-sources/tokenvending_caller_identity/data-source.tf',
  'data-sources/tokenvending_credential/data-source.tf',
  'ephemeral-resources/tokenvending_access_token/ephemeral-resource.tf',
  'functions/decode_jwt/function.tf',
  'functions/parse_credential/function.tf',
  'local-run/main.tf',
  'hiiretail/provider/provider.tf',
  'hiiretail/resources/hiiretail_iam_custom_role/resource.tf',
  'hiiretail/resources/hiiretail_iam_group/resource.tf',
  'hiiretail/resources/hiiretail_iam_resource/resource.tf',
  'hiiretail/resources/hiiretail_iam_role_binding/resource.tf',
  'hiiretail/data-sources/hiiretail_iam_groups/data-source.tf',
  'hiiretail/data-sources/hiiretail_iam_permissions/data-source.tf',
  'hiiretail/data-sources/hiiretail_iam_resource/data-source.tf',
  'hiiretail/data-sources/hiiretail_iam_roles/data-source.tf',
  'hiiretail/ephemeral-resources/hiiretail_access_token/ephemeral-resource.tf',
];

const VERSIONS = `terraform {
  required_providers {
    tokenvending = { source = "token-vending/tokenvending" }
    hiiretail    = { source = "token-vending/hiiretail" }
    sample       = { source = "token-vending/sample" }
  }
}
`;

/**
 * Validates the examples and the guides with the real terraform.
 *
 * @param sample files under `examples/` to validate; all if absent
 */
export function describeExamples(sample?: readonly string[]): void {
  let folder: string;
  let releases: Release[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'terraform-examples-'));
    releases = [
      await releaseTokenVending(),
      await releaseProvider('hiiretail'),
      await releaseThin(await bundleSample(folder)),
    ];
  });
  afterAll(() => rm(folder, { recursive: true }));

  describeTerraform('what the documentation shows of Terraform', () => {
    it.each(sampleRows(EXAMPLES, (file) => file, sample))(
      'examples/%s is valid and formatted',
      async (file) => {
        const text = await readFile(path.join(root, 'examples', file), 'utf8');
        const terraform = await Terraform.open(releases);
        try {
          // The sample provider replaces the provider that takes the token.
          const main = text.replace('provider "orders"', 'provider "sample"');
          await terraform.write({
            'main.tf': main,
            ...(main.includes('required_providers') ? {} : { 'versions.tf': VERSIONS }),
          });
          await terraform.succeed(['init']);
          await terraform.succeed(['validate']);
          await terraform.succeed(['fmt', '-check', '-diff']);
        } finally {
          await terraform.close();
        }
      },
    );

    it('is all of the examples', async () => {
      const found = await readdir(path.join(root, 'examples'), { recursive: true });
      expect(found.filter((file) => file.endsWith('.tf')).sort()).toEqual([...EXAMPLES].sort());
    });

    it('has guides of provider hiiretail whose configurations are valid', async () => {
      const guides = path.join(root, 'docs/hiiretail/guides');
      const texts = await Promise.all(
        (await readdir(guides)).map((name) => readFile(path.join(guides, name), 'utf8')),
      );
      const configurations = texts
        .flatMap((text) => [...text.matchAll(/^```terraform\n(.*?)^```$/gms)])
        .map(([, code]) => String(code));
      expect(configurations).toHaveLength(2);
      const terraform = await Terraform.open(releases);
      try {
        await terraform.write({ 'versions.tf': VERSIONS });
        await terraform.succeed(['init']);
        for (const code of configurations) {
          await terraform.write({ 'main.tf': code });
          await terraform.succeed(['validate']);
        }
      } finally {
        await terraform.close();
      }
    });
  });
}
