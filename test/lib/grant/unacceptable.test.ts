import { expect, it } from '@jest/globals';
import { unacceptable } from '../../../lib/grant/unacceptable.ts';

it('names the rule, and what permits such tokens', () => {
  expect(unacceptable('exp must be in the future', 'Set the clock.')).toMatchObject({
    code: 'token_unacceptable',
    message: expect.stringMatching(/failed a check.*: exp must be in the future\.$/),
    advice: 'Set the clock.',
    detail: 'exp must be in the future',
  });
  expect(unacceptable('a').advice).toMatch(/operator/);
});
