import { describe, expect, it } from '@jest/globals';
import { openRunner } from '../../action/runner.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';

function open() {
  const lines: string[] = [];
  return { lines, runner: openRunner({}, (line) => lines.push(line)) };
}

describe('a text from outside in the log of a job', () => {
  const says = 'No.\u001b[2J\u001b]8;;https://evil.example\u0007 100%\r\n::add-mask::x';

  it('contains no control character and no command of its own', () => {
    const { lines, runner } = open();
    runner.fail(new TokenVendingError('policy_denied', { says }));
    runner.warn(new Error(says));
    for (const line of lines) {
      expect(line).toMatch(/^::(error|warning) title=token-vending[^:]*::\P{C}*$/u);
      expect(line).toContain('No.\\u001b[2J');
      expect(line).toContain(' 100%25\\u000d%0A::add-mask::x');
    }
    expect(lines).toHaveLength(2);
  });
});
