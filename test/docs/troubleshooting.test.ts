import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loopbackErrorTable } from '../../cli/serve/loopback-error.ts';
import { clientErrorTable } from '../../client/token-vending-error.ts';
import { errorTable } from '../../lib/errors/error-table.ts';

const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

describe('docs/troubleshooting.md', () => {
  it('has one entry for every code, and for nothing else', () => {
    const entries = [...page.matchAll(/^### (\w+)$/gm)].map(([, code]) => code);
    const codes = [errorTable, clientErrorTable, loopbackErrorTable].flatMap((table) =>
      Object.keys(table),
    );
    expect([...entries].sort()).toEqual([...codes].sort());
  });

  it('says in every entry what it means', () => {
    const bodies = page.split(/^### \w+$/m).slice(1);
    for (const body of bodies) expect(body).toMatch(/\*\*What it means\.\*\* \S/);
  });
});

const lib = new URL('../../lib/', import.meta.url);
const TEXT = "(['`])((?:(?!\\1)[^\\\\])*)\\1";
const MAKERS = [
  `(?:unacceptable|invalidMetadata)\\(\\s*${TEXT}`,
  `says: ${TEXT}`,
  `unreadableResponse\\([^)]*?, ${TEXT}\\)`,
  `const rule = ${TEXT}`,
];

/** The texts of errors of lib/grant and lib/signing, with `...` for each value. */
const texts = ['grant', 'signing']
  .flatMap(sourcesOfFolder)
  .flatMap((source) => MAKERS.flatMap((maker) => [...source.matchAll(new RegExp(maker, 'g'))]))
  .map(([, , text = '']) => text)
  .map((text) => text.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '...'))
  .filter((text) => text.replaceAll('...', '').length >= 20 && text.includes(' '));

describe('a text of the grant', () => {
  const phrases = [...page.matchAll(/`([^`]+)`/g)]
    .map(([, phrase = '']) => beginOf(phrase.replaceAll(/\s+/g, ' ')))
    .filter((phrase) => phrase.length >= 8);

  it('has an entry', () => {
    expect(texts.length).toBeGreaterThan(40);
    const without = texts.filter((text) => !phrases.some((phrase) => text.includes(phrase)));
    expect(without).toEqual([]);
  });

  it('stands on the page as in the code', () => {
    const code = ['grant', 'signing', 'vending', 'time', 'errors', 'http']
      .flatMap(sourcesOfFolder)
      .join('\n');
    const listed = [...page.matchAll(/^\| (`.*?) \| /gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, phrase = '']) => phrase),
    );
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.filter((phrase) => !code.includes(beginOf(phrase)))).toEqual([]);
  });
});

function sourcesOfFolder(folder: string): string[] {
  return readdirSync(new URL(folder, lib))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, lib), 'utf8'));
}

// What follows is a value.
function beginOf(phrase: string): string {
  const [begin = ''] = phrase.split(/\.\.\.|\(status|\(invalid|\(unauth|an https/);
  return begin;
}
