import { describe, expect, it } from '@jest/globals';
import {
  byPlace,
  findingAt,
  findingOfError,
  findingOfFile,
  formatFinding,
  positionOf,
} from '../../../../lib/access/cedar/policy-finding.ts';

const SOURCE = { file: 'a.cedar', text: 'é ü\npermit (principal);' };

describe('a finding', () => {
  it('reads as file, line, column and message', () => {
    expect(formatFinding(findingAt(SOURCE, 11, 'is wrong'))).toBe('a.cedar:2:8: is wrong');
  });

  it('about a whole file has no place in it', () => {
    expect(formatFinding(findingOfFile('a.cedar', 'is wrong'))).toBe('a.cedar: is wrong');
  });

  it('has lines and columns from 1', () => {
    expect(positionOf('ab\nc', 0)).toEqual({ line: 1, column: 1 });
    expect(positionOf('ab\nc', 3)).toEqual({ line: 2, column: 1 });
  });

  it('stands before those of later places, and at one place before later messages', () => {
    const [first, second, third, fourth] = [
      findingAt(SOURCE, 0, 'b'),
      findingAt(SOURCE, 4, 'a'),
      findingAt(SOURCE, 5, 'a'),
      findingAt(SOURCE, 5, 'b'),
    ];
    expect([fourth, third, second, first].sort(byPlace)).toEqual([first, second, third, fourth]);
  });
});

describe('a finding of an error of the engine', () => {
  const error = { severity: 'error', related: [], code: null, url: null } as const;

  it('has the place of its first location, which is counted in bytes, with label and help', () => {
    const found = findingOfError(SOURCE, {
      ...error,
      message: 'for policy `policy0`, unexpected token\n  `)`',
      help: 'add an action',
      sourceLocations: [{ start: 13, end: 14, label: 'expected `,`' }],
    } as never);
    expect(formatFinding(found)).toBe(
      'a.cedar:2:8: unexpected token `)`; expected `,`; add an action',
    );
  });

  it.each([
    ['no location', []],
    ['no list of locations', undefined],
  ])('is about the whole file if the error has %s', (_, sourceLocations) => {
    const found = findingOfError(SOURCE, {
      ...error,
      message: 'failed to parse policy from string: it is none',
      help: null,
      sourceLocations,
    } as never);
    expect(formatFinding(found)).toBe('a.cedar: it is none');
  });
});
