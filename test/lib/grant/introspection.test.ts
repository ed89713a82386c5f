import { expect, it } from '@jest/globals';
import { introspectedToken } from '../../../lib/grant/introspection.ts';

it('reads the claims of a token that is active, and of no other', () => {
  expect(introspectedToken({ active: true, sub: 's', exp: '5' })).toMatchObject({
    active: true,
    claims: { sub: 's', exp: 5 },
  });
  expect(introspectedToken({ active: false, sub: 's' })).toEqual({ active: false, claims: {} });
});
