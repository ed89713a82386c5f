import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { auditBreakKinds } from '../../lib/audit/break.ts';
import { auditKinds } from '../../lib/audit/record-schema.ts';

const page = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8');

/** First cells of the table under a heading. */
function rowsUnder(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name as string);
}

describe('docs/audit.md', () => {
  it('explains every kind of record, and no other', () => {
    expect(rowsUnder('What is recorded').sort()).toEqual([...auditKinds].sort());
  });

  it('explains every break that the verifier reports, and no other', () => {
    expect(rowsUnder('Verifying').sort()).toEqual([...auditBreakKinds].sort());
  });
});
