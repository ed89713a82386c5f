import { describe, expect, it } from '@jest/globals';
import type { DiagnosticText } from '../../../../provider/framework/diagnostics/diagnostic.ts';
import { DiagnosticError } from '../../../../provider/framework/diagnostics/diagnostic-error.ts';
import {
  firstRenewal,
  leaveAlone,
} from '../../../../provider/framework/dispatch/fixed-lifetime.ts';

const NOW = 1_800_000_000_000;
const soon = { summary: 'Expires soon', detail: 'Ask for longer.' };
const over = { summary: 'Has expired', detail: 'Ask for longer.' };

describe('the first renewal of a value that cannot be extended', () => {
  it.each([
    ['half a minute before its end', 3_600_000, 3_570_000],
    ['halfway to an end that is sooner', 20_000, 10_000],
    ['at an end that has come', 0, 0],
    ['at an end that has passed', -5_000, -5_000],
  ])('is %s', (_, left, expected) => {
    expect(firstRenewal({ expiresAt: NOW + left, now: NOW }).getTime()).toBe(NOW + expected);
  });
});

describe('a value that cannot be extended', () => {
  const renew = (left: number) => {
    const warnings: DiagnosticText[] = [];
    const lifetime = { expiresAt: NOW + left, now: NOW };
    return {
      warnings,
      result: () => leaveAlone(lifetime, { soon, over }, (text) => warnings.push(text)),
    };
  };

  it('is a warning before it expires, with the next renewal when it expires', () => {
    const { warnings, result } = renew(1);
    expect(result()).toEqual({ renewAt: new Date(NOW + 1) });
    expect(warnings).toEqual([soon]);
  });

  it('is an error if it has expired', () => {
    const { warnings, result } = renew(0);
    expect(result).toThrow(new DiagnosticError(over));
    expect(warnings).toEqual([]);
  });
});
