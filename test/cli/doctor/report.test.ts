import { describe, expect, it } from '@jest/globals';
import type { Check } from '../../../cli/doctor/check.ts';
import { checks } from '../../../cli/doctor/checks.ts';
import { failed, notRun, passed, warned } from '../../../cli/doctor/finding.ts';
import { formatFinding, formatOutcome } from '../../../cli/doctor/report.ts';

const clock = checks.find(({ name }) => name === 'clock') as Check;
const late = {
  check: clock,
  finding: failed('It is an hour behind.', 'Set the clock, for instance by NTP.'),
};
const piped = { width: Number.POSITIVE_INFINITY };
const ESCAPE = '\u001b';
const styled = (code: number) => (text: string) => `${ESCAPE}[${code}m${text}${ESCAPE}[0m`;
const style = { green: styled(32), yellow: styled(33), red: styled(31), dim: styled(2) };

describe('the report of doctor', () => {
  it('has one line for each text if it is piped', () => {
    expect(formatFinding(late, piped)).toEqual([
      '✗ clock         It is an hour behind.',
      '                → Set the clock, for instance by NTP.',
    ]);
  });

  it('indents continuation lines', () => {
    const [first = '', ...rest] = formatFinding(
      { check: clock, finding: passed('word '.repeat(30).trim()) },
      { width: 80 },
    );
    expect(first).toMatch(/^✓ clock {9}word/);
    expect(rest).toHaveLength(2);
    for (const line of rest) expect(line).toMatch(/^ {16}word/);
    for (const line of [first, ...rest]) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('writes the text below the title on a narrow terminal', () => {
    const lines = formatFinding(late, { width: 24 });
    expect(lines).toEqual([
      '✗ clock',
      '  It is an hour behind.',
      '  → Set the clock, for',
      '  instance by NTP.',
    ]);
  });

  it('keeps a word that is longer than a line', () => {
    const word = 'x'.repeat(50);
    const lines = formatFinding({ check: clock, finding: passed(word) }, { width: 24 });
    expect(lines).toContain(`  ${word}`);
  });

  it.each([
    ['green', passed('well'), '32'],
    ['yellow', warned('soon', 'renew'), '33'],
    ['red', failed('wrong', 'mend'), '31'],
    ['dim', notRun('idle'), '2'],
  ])('has a mark in %s, and only with colour', (_color, finding, code) => {
    const [colored = ''] = formatFinding({ check: clock, finding }, { width: 80, style });
    expect(colored.startsWith(`${ESCAPE}[${code}m`)).toBe(true);
    const [plain = ''] = formatFinding({ check: clock, finding }, { width: 80 });
    expect(plain).not.toContain(ESCAPE);
    expect(colored.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '')).toBe(plain);
  });

  it('removes control characters', () => {
    const finding = failed(`wiped${ESCAPE}[2J\nand more`, `do${ESCAPE}[31m this`);
    const text = formatFinding({ check: clock, finding }, piped).join('|');
    expect(text).not.toMatch(new RegExp(`[${ESCAPE}\\n]`));
  });

  it('names code and request_id with the error', () => {
    const finding = failed('Refused.', 'Ask.', { code: 'policy_denied', requestId: 'r-1' });
    expect(formatFinding({ check: clock, finding }, piped)[0]).toMatch(
      /Refused\. \(policy_denied, request_id r-1\)$/,
    );
  });

  it('ends with the first failed check, whatever fails after it', () => {
    const other = { check: checks.at(-2) as Check, finding: failed('wrong', 'mend') };
    expect(formatOutcome([late, other])).toBe('Fix first: clock (exit code 25).');
    expect(formatOutcome([])).toBe('No check failed.');
  });
});
