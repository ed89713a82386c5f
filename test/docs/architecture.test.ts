import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from 'esbuild';
import { checkFile, checkImports, readRules } from '../../tools/check-imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
const ofRoot = (pattern: string) => globSync(pattern, { cwd: root }).sort();

/** Sources without a test of their name, and the test that shows them. */
const SHOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  'lib/audit/file-store.ts': 'test/contract/audit-stores.test.ts',
  'lib/audit/file-reader.ts': 'test/contract/audit-stores.test.ts',
  'lib/audit/s3-store.ts': 'test/contract/audit-stores.test.ts',
  'lib/metrics/names.ts': 'test/infra/suites/watched-metrics.ts',
  'lib/rotation/secrets-manager-rotation.ts': 'test/contract/rotation-secrets.test.ts',
  'lib/time/time-budget.ts': 'test/docs/time-budget.test.ts',
  'lib/vending/vending.ts': 'test/lib/vending/serve-request.test.ts',
};

/** Whether a file has types alone: nothing of it runs. */
function hasNothingToRun(file: string): boolean {
  const text = readFileSync(path.join(root, file), 'utf8');
  const { code } = transformSync(text, { loader: 'ts', format: 'esm' });
  return !/\S/.test(code.replaceAll(/^import .*$/gm, ''));
}

describe('ARCHITECTURE.md', () => {
  it('names files and folders that exist', () => {
    const names = [...page.matchAll(/`([a-z][\w./-]*(?:\.ts|\/))`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(80);
    const missing = names.filter(
      (name) =>
        !existsSync(path.join(root, name)) &&
        ofRoot(
          `{lib,functions,client,cli,provider,profiles,recipes,infra,local,runtime,tools}/**/${name}`,
        ).length === 0,
    );
    expect(missing).toEqual([]);
  });

  it('states the rules that every import keeps', () => {
    expect(checkImports()).toEqual([]);
  });

  it.each([
    ['lib/time/x.ts', "import { a } from '../vending/vending.ts';", /may not import lib\/vending/],
    [
      'lib/access/x.ts',
      "import { a } from './cedar/engine.ts';",
      /may not import lib\/access\/cedar/,
    ],
    ['client/x.ts', "import type { A } from '../lib/audit/event.ts';", /may not import lib\/audit/],
    ['lib/token/x.ts', "import { importJWK } from 'jose';", /is used in lib\/grant\/jose\.ts/],
    ['cli/x.ts', "const { a } = await import('left-pad');", /left-pad has no row/],
  ])('lets the check refuse an import in %s: %s', (file, text, reason) => {
    expect(checkFile(file, text, readRules(page))).toEqual([expect.stringMatching(reason)]);
  });
});

describe('tests of lib/ and runtime/', () => {
  const sources = [...ofRoot('lib/**/*.ts'), ...ofRoot('runtime/**/*.ts')];
  const testOf = (source: string) => `test/${source.replace(/\.ts$/, '.test.ts')}`;

  it('mirror the sources', () => {
    const untested = sources.filter(
      (source) =>
        !existsSync(path.join(root, SHOWN_ELSEWHERE[source] ?? testOf(source))) &&
        !hasNothingToRun(source),
    );
    expect(untested).toEqual([]);
  });

  it('have a source each', () => {
    const names = new Set(sources.map(testOf));
    const tests = [...ofRoot('test/lib/**/*.test.ts'), ...ofRoot('test/runtime/**/*.test.ts')];
    expect(tests.filter((name) => !names.has(name))).toEqual([]);
  });

  it('are of files of at most 200 lines', () => {
    const long = sources.filter(
      (source) => readFileSync(path.join(root, source), 'utf8').split('\n').length > 201,
    );
    expect(long).toEqual([]);
  });
});
