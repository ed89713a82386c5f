import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cdk = path.join(root, 'node_modules/aws-cdk/bin/cdk');
/** The CDK command line, without credentials, AWS configuration or metadata service. */
async function synth(
  directory: string,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const running = promisify(execFile)(
    process.execPath,
    [cdk, 'synth', '-q', '--output', path.join(directory, 'out'), ...args],
    {
      cwd: root,
      timeout: 120_000,
      env: {
        PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
        HOME: directory,
        AWS_EC2_METADATA_DISABLED: 'true',
        // Any connection to the outside goes to a closed port.
        HTTPS_PROXY: 'http://127.0.0.1:9',
        HTTP_PROXY: 'http://127.0.0.1:9',
      },
    },
  );
  return await running.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}

export type SynthCase = 'the example' | 'invalid' | 'missing' | 'flags';

const EVERY_CASE: readonly SynthCase[] = ['the example', 'invalid', 'missing', 'flags'];

/**
 * `cdk synth` as an operator runs it.
 *
 * @param cases which of the tests; all of them by default
 */
export function describeSynth(cases: readonly SynthCase[] = EVERY_CASE): void {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'token-vending-cdk-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const test = (name: SynthCase, title: string, work: () => unknown) => {
    if (cases.includes(name)) it(title, async () => await work());
  };

  describe('cdk synth', () => {
    test(
      'the example',
      'needs no credentials and no network, and accepts the example',
      async () => {
        const { code, said } = await synth(
          directory,
          '-c',
          'config=token-vending.config.example.yaml',
        );
        expect(said).not.toMatch(/ERROR|WARN|Unable|ENOTFOUND|ECONNREFUSED/i);
        expect(code).toBe(0);
        expect(readdirSync(path.join(directory, 'out'))).toContain('token-vending.template.json');
      },
    );

    test(
      'invalid',
      'rejects an invalid configuration with key, rule and remedy, and no stack trace',
      async () => {
        const file = path.join(directory, 'wrong.yaml');
        writeFileSync(file, 'allowedPrincipals: {}\nalarmEmail: a@example.com\n');
        const { code, said } = await synth(directory, '-c', `config=${file}`);
        expect(code).not.toBe(0);
        expect(said).toContain('wrong.yaml: allowedPrincipals must name at least one of roles');
        expect(said).not.toMatch(/^\s+at /m);
      },
    );

    test('missing', 'says how to start if there is no configuration', async () => {
      const { code, said } = await synth(directory, '-c', `config=${directory}/none.yaml`);
      expect(code).not.toBe(0);
      expect(said).toContain('copy token-vending.config.example.yaml there');
    });

    test('flags', 'has every feature flag that CDK recommends', () => {
      const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
      const { app, notices, versionReporting, context } = read('cdk.json');
      expect(context).toEqual(read('node_modules/aws-cdk-lib/recommended-feature-flags.json'));
      expect([app, notices, versionReporting]).toEqual(['node infra/app.ts', false, false]);
    });
  });
}
