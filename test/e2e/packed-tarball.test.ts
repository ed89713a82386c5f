import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../lib/version.ts';
import { environmentOf } from '../support/command-line.ts';
import { type InstalledPackage, installPackedTarball } from '../support/installed-package.ts';
import { findOldNode } from '../support/old-node.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let installed: InstalledPackage;
let system: TestSystem;

beforeAll(async () => {
  [installed, system] = await Promise.all([installPackedTarball(), startTestSystem()]);
});
afterAll(() => Promise.all([installed.remove(), system.stop()]));

/** Runs a script in the project with the installed package, like a CI job. */
async function runIn(node: string, args: readonly string[]): Promise<string> {
  const env = environmentOf(system, 'ci-checkout');
  return (await run(node, args, { cwd: installed.project, env })).stdout;
}

describe('the packed tarball', () => {
  it('contains the command line, the SDK and their documentation, and no sources, tests, source maps or local system', () => {
    const names = installed.files.map((file) => file.path);
    const rest = names.filter((name) => !/^dist\/(cli|client)\/.+(\.mjs|\.d\.ts)$/.test(name));
    expect(rest.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
      'policies/token-vending.cedarschema',
      'profiles/profile.schema.json',
    ]);
    expect(names).toContain('dist/client/index.mjs');
  });

  it('contains no path of the machine that built it', () => {
    const telling = installed.files.filter(({ text }) => text.includes(root));
    expect(telling.map((file) => file.path)).toEqual([]);
  });

  it('is small', () => {
    expect(installed.unpackedSize).toBeLessThan(1_500_000);
  });

  it('depends on what it imports, and contains no Node.js', () => {
    const sdk = installed.files.find((file) => file.path === 'dist/client/index.mjs')?.text ?? '';
    const imported = [...sdk.matchAll(/(?:from |import\()"(?!node:|\.)([^"]+)"/g)];
    const names = new Set(imported.map(([, name]) => name));
    // `policy check` reads the Cedar engine from its installed package.
    expect(Object.keys(installed.manifest.dependencies)).toEqual(
      expect.arrayContaining([...names, '@cedar-policy/cedar-wasm']),
    );
    expect(names.size).toBeGreaterThan(0);
    expect(installed.manifest.optionalDependencies).toBeUndefined();
  });
});

const old = findOldNode();
if (old === undefined)
  process.stderr.write('\nSKIPPED: the packed tarball on Node.js 20: none on the PATH.\n\n');
const nodes = [
  ['the Node.js that runs the tests', process.execPath],
  ...(old === undefined ? [] : [['Node.js 20', path.join(old, 'node')]]),
] as [string, string][];

describe.each(nodes)('installed from the tarball, on %s', (_name, node) => {
  const command = (line: string) => {
    const bin = path.join(installed.folder, installed.manifest.bin['token-vending'] ?? '');
    return runIn(node, [bin, ...line.split(' ')]);
  };

  it('the command shows its version and its help', async () => {
    expect(await command('--version')).toMatch(`${VERSION}\n`);
    expect(await command('--help')).toContain('Usage: token-vending');
  });

  it('the command shows the caller, and gets a token', async () => {
    expect(await command('whoami')).toContain('arn:aws:iam::111122223333:role/ci-checkout');
    const token = await command('token checkout/orders-api');
    system.guard(token.trim());
    expect(/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(token)).toBe(true);
  });

  it('the command checks policies: schema and engine are in the package', async () => {
    const policies = path.join(root, 'policies');
    expect(JSON.parse(await command(`policy check ${policies} --json`))).toBeInstanceOf(Object);
  });

  it('a script gets a token by the SDK, and the error if it gets none', async () => {
    const script = `
      import { TokenClient, TokenVendingError } from 'token-vending';
      const client = new TokenClient({
        endpoint: process.env.TOKEN_VENDING_ENDPOINT,
        region: process.env.TOKEN_VENDING_REGION,
        profile: process.env.TOKEN_VENDING_PROFILE,
      });
      const { access_token, credential } = await client.getToken({ credential: 'checkout/orders-api' });
      const refused = await client.getToken({ credential: 'payments/ledger-api' }).catch((error) => error);
      const told = refused instanceof TokenVendingError && refused.code;
      console.log(JSON.stringify({ credential, parts: access_token.split('.').length, told }));
    `;
    await writeFile(path.join(installed.project, 'script.mjs'), script);
    expect(JSON.parse(await runIn(node, ['script.mjs']))).toEqual({
      credential: 'checkout/orders-api',
      parts: 3,
      told: 'policy_denied',
    });
  });
});

describe('the declarations in the tarball', () => {
  it("accept the README's snippet and reject wrong types, with every check and no other types", async () => {
    const readme = await readFile(path.join(installed.folder, 'README.md'), 'utf8');
    const [, snippet = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
    expect(snippet).toContain("from 'token-vending'");
    const errors = `
      import { TokenClient, TokenVendingError, type VendedToken } from 'token-vending';
      const client = new TokenClient({ endpoint: 'https://abc.lambda-url.eu-north-1.on.aws' });
      export const answer: VendedToken = await client.getToken({ credential: 'checkout/orders-api' });
      // @ts-expect-error There is no such option.
      await client.getToken({ credentials: 'checkout/orders-api' });
      // @ts-expect-error There is no such code.
      export const error = new TokenVendingError('no_such_code');
    `;
    const compilerOptions = {
      module: 'NodeNext',
      target: 'ES2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: [],
      noEmit: true,
    };
    const write = (name: string, text: string) =>
      writeFile(path.join(installed.project, name), text);
    await write('snippet.ts', snippet);
    await write('errors.ts', errors);
    const files = ['snippet.ts', 'errors.ts'];
    await write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', installed.project]).catch(
      (error) => error,
    );
    expect(stdout).toBe('');
  });
});
