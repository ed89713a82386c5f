import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SHIPPED = [
  ...['action', 'cli', 'client', 'docs', 'examples', 'functions', 'infra', 'lib', 'local'],
  ...['policies', 'prober', 'profiles', 'provider', 'runtime'],
];
const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md'];

interface Line {
  readonly place: string;
  readonly text: string;
}

/** Every line of what users get to read or run. */
async function shippedLines(): Promise<Line[]> {
  const files = await Promise.all(
    SHIPPED.map(async (folder) =>
      (await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
    ),
  );
  const names = [...PAGES, 'token-vending.config.example.yaml', ...files.flat()];
  const lines = await Promise.all(
    names.map(async (name) =>
      (await readFile(path.join(root, name), 'utf8'))
        .split('\n')
        .map((text, at) => ({ place: `${name}:${at + 1}`, text })),
    ),
  );
  return lines.flat();
}

/** The reasons why a line runs code that whoever registers a public name could have written. */
function findUnownedNames(text: string): string[] {
  const findings: string[] = [];
  for (const [, words = ''] of text.matchAll(
    /\b(?:npx|npm exec|npm x|pnpm dlx|yarn dlx|bunx)\b([^|;&`]*)/g,
  )) {
    if (/^\s+(cdk)\b/.test(words)) continue; // Of aws-cdk, which `npm ci` installs by its hash.
    if (
      /^\s/.test(words) &&
      !/^\s+--no-install token-vending\b/.test(words) &&
      /[a-z@]/.test(words)
    )
      findings.push(`runs a package by name:${words}`);
  }
  for (const [, words = ''] of text.matchAll(
    /\b(?:npm|pnpm|yarn|bun) (?:install|i|add)\b([^|;&`]*)/g,
  ))
    if (/(^|\s)(token-vending|@token-vending\/\S+)(@\S*)?(\s|$)/.test(words))
      findings.push(`installs a package by name:${words}`);
  for (const [, name = ''] of text.matchAll(/\buses:\s*(\S+)/g))
    if (
      !/^(actions|aws-actions|hashicorp)\//.test(name) &&
      !/^example-org\/\S+@[0-9a-f]{40}$/.test(name)
    )
      findings.push(`uses an action that is not pinned to a commit of your own copy: ${name}`);
  return findings;
}

describe('texts that are shipped', () => {
  it('run no public package name that this project does not own', async () => {
    const lines = await shippedLines();
    expect(lines.length).toBeGreaterThan(10_000);
    const findings = lines.flatMap(({ place, text }) =>
      findUnownedNames(text).map((finding) => `${place} ${finding}`),
    );
    expect(findings).toEqual([]);
  });

  it.each([
    'npx --yes token-vending@0.1.0 token a/b',
    'npx token-vending whoami',
    'npm exec token-vending -- whoami',
    'npm install token-vending',
    'npm install --global token-vending@latest',
    'npm i @token-vending/cli',
    'pnpm dlx token-vending',
    '- uses: token-vending/action@v0',
    '- uses: example-org/token-vending-action@v1',
  ])('would be found if they said %s', (text) => {
    expect(findUnownedNames(text)).toHaveLength(1);
  });

  it.each([
    'npx --no-install token-vending whoami',
    'npm install ./token-vending-0.1.0.tgz',
    'npx cdk deploy',
    '- uses: actions/checkout@v5',
  ])('may say %s', (text) => {
    expect(findUnownedNames(text)).toEqual([]);
  });
});
