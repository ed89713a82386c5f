import { readFileSync } from 'node:fs';
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
