import { expect, it } from '@jest/globals';
import { basicAuthorization } from '../../../lib/grant/basic-authorization.ts';

it('leaves what every server reads raw, and encodes the rest as a form', () => {
  const header = basicAuthorization('0b7e-4_a.b*c', ':%+/~ä "\'!()&=?#\\ü€ $');
  const [id, secret] = Buffer.from(header.slice('Basic '.length), 'base64').toString().split(':');
  expect(id).toBe('0b7e-4_a.b*c');
  expect(new URLSearchParams(`s=${secret}`).get('s')).toBe(':%+/~ä "\'!()&=?#\\ü€ $');
});
