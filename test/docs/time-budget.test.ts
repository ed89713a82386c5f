import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as constants from '../../lib/time/time-budget.ts';

const root = new URL('../../', import.meta.url);
const budget: Readonly<Record<keyof typeof constants, number>> = { ...constants };

interface Duration {
  readonly section: string;
  readonly name: string;
  readonly milliseconds: number;
  readonly meaning: string;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit of which it is a whole number: `15 s`, `200 ms`, `1 h`. */
function inWords(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / size} ${unit}`;
}

/** The constants of the file, in its order, each with its one line of documentation and the section that it stands in. */
function parse(source: string): Duration[] {
  let section = '';
  return source.split(/\n(?=\/\/ |\/\*\* )/).flatMap((part) => {
    section = /^\/\/ (.+)$/m.exec(part)?.[1] ?? section;
    const [, meaning = '', name = '', value = ''] =
      /^\/\*\* (.+) \*\/\nexport const (\w+) = ([\d_]+);$/m.exec(part) ?? [];
    const milliseconds = Number(value.replaceAll('_', ''));
    return name === '' ? [] : [{ section, name, milliseconds, meaning }];
  });
}

function toTables(durations: readonly Duration[]): string {
  const sections = [...new Set(durations.map(({ section }) => section))];
  const tables = sections.map((title) => {
    const rows = durations
      .filter(({ section }) => section === title)
      .map((row) => `| \`${row.name}\` | ${inWords(row.milliseconds)} | ${row.meaning} |`);
    return [`### ${title}`, '', '| constant | duration | meaning |', '|---|--:|---|', ...rows];
  });
  return tables.map((lines) => lines.join('\n')).join('\n\n');
}

const durations = parse(await readFile(new URL('lib/time/time-budget.ts', root), 'utf8'));

describe('lib/time/time-budget.ts', () => {
  it('says of every duration, in one line, what it is for', () => {
    const documented = Object.fromEntries(durations.map((row) => [row.name, row.milliseconds]));
    expect(documented).toEqual(budget);
    expect(durations.filter(({ section }) => section === '')).toEqual([]);
  });

  it('stands in ARCHITECTURE.md as tables', async () => {
    const text = await readFile(new URL('ARCHITECTURE.md', root), 'utf8');
    const section = text.split(/^## /m).find((part) => part.startsWith('Time budget\n')) ?? '';
    // If this fails, what is expected is what should stand there.
    expect(section.slice(section.indexOf('### ')).trim()).toBe(toTables(durations));
  });

  it.each<[outer: keyof typeof budget, inner: (keyof typeof budget)[]]>([
    ['FUNCTION_TIMEOUT', ['REQUEST_TIMEOUT']],
    ['REQUEST_TIMEOUT', ['GRANT_TIMEOUT', 'SECRET_TIMEOUT', 'RENEWAL_PATIENCE']],
    ['GRANT_TIMEOUT', ['ATTEMPT_TIMEOUT', 'METADATA_TIMEOUT']],
    ['METADATA_TIMEOUT', ['ATTEMPT_TIMEOUT', 'METADATA_TIMEOUT_WITH_FALLBACK']],
    ['ATTEMPT_TIMEOUT', ['FIRST_BACKOFF']],
    ['LONGEST_REST', ['FIRST_REST']],
    ['DOCUMENT_FRESH_FOR', ['DOCUMENT_REREAD_EVERY']],
    ['METADATA_STALE_FOR', ['METADATA_FRESH_FOR']],
    ['METADATA_FRESH_FOR', ['METADATA_REREAD_EVERY']],
    ['KEYS_FRESH_FOR', ['KEYS_REREAD_EVERY']],
    ['LONGEST_LIFETIME', ['LONGEST_MIN_TTL']],
    ['LONGEST_MIN_TTL', ['LONGEST_REFRESH_WINDOW', 'RECENT_MINT']],
    ['REQUEST_TIMEOUT', ['LEFT_AFTER_REPEATED_TOKEN', 'SHORTEST_REPEAT_WAIT']],
    ['LONGEST_REFRESH_WINDOW', ['AFTER_FAILED_RENEWAL', 'RENEWAL_PATIENCE']],
    ['CLIENT_BUDGET', ['CLIENT_ATTEMPT_TIMEOUT', 'CLIENT_FIRST_BACKOFF']],
    ['PROBE_EVERY', ['PROBE_TIMEOUT', 'PROBE_LATEST']],
    ['ANCHORS_MISSED_AFTER', ['ANCHOR_EVERY']],
    ['ANCHOR_EVERY', ['ANCHOR_TIMEOUT']],
    ['TOKEN_BUDGET', ['EVICTION_BUDGET']],
    ['EVICTION_BUDGET', ['CLIENT_ATTEMPT_TIMEOUT']],
    ['API_CALL_BUDGET', ['API_ATTEMPT_TIMEOUT', 'API_LONGEST_RETRY_AFTER', 'TOKEN_BUDGET']],
    ['API_LONGEST_RETRY_AFTER', ['API_LONGEST_BACKOFF']],
    ['API_LONGEST_BACKOFF', ['API_FIRST_BACKOFF']],
    ['STORED_WITHIN', ['ABSENT_WITHIN', 'STORED_LONGEST_POLL']],
    ['STORED_LONGEST_POLL', ['STORED_FIRST_POLL']],
  ])('gives %s more time than what stands inside it: %s', (outer, inner) => {
    for (const name of inner) expect([name, budget[name] < budget[outer]]).toEqual([name, true]);
  });

  it('leaves time for the audit record after a request has used all of its own', () => {
    const left = budget.FUNCTION_TIMEOUT - budget.REQUEST_TIMEOUT;
    expect(2 * budget.AUDIT_ATTEMPT_TIMEOUT).toBeLessThan(left);
  });

  it('lets a client wait as long as the function may take', () => {
    expect(budget.CLIENT_ATTEMPT_TIMEOUT).toBeGreaterThanOrEqual(budget.FUNCTION_TIMEOUT);
  });
});
