import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { describeTerraform } from '../support/terraform.ts';
import { describeExamples } from '../support/terraform-examples.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

// A sample. `npm run soak` has every example.
describeExamples([
  'ephemeral-resources/tokenvending_access_token/ephemeral-resource.tf',
  'hiiretail/resources/hiiretail_iam_role_binding/resource.tf',
]);

describeTerraform('the snippets of the documentation', () => {
  it('has snippets in HCL that are formatted, so they parse', async () => {
    const pages = (await readdir(path.join(root, 'docs'), { recursive: true }))
      .filter((file) => file.endsWith('.md'))
      .map((file) => path.join(root, 'docs', file));
    let count = 0;
    for (const page of [path.join(root, 'README.md'), ...pages]) {
      const text = await readFile(page, 'utf8');
      for (const [, indent = '', code = ''] of text.matchAll(
        /^( *)```(?:terraform|hcl)\n(.*?)^ *```$/gms,
      )) {
        count += 1;
        const plain = code.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
        expect([page, await format(plain)]).toEqual([page, plain]);
      }
    }
    expect(count).toBeGreaterThan(8);
  });
});

function format(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('terraform', ['fmt', '-no-color', '-'], (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
    child.stdin?.end(text);
  });
}
