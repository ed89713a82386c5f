import { expect, it } from '@jest/globals';
import { assertionAudience } from '../../../lib/grant/assertion-audience.ts';

const metadata = { issuer: 'https://a.example', tokenEndpoint: 'https://a.example/token' };

it.each([
  ['issuer', 'https://a.example'],
  ['token_endpoint', 'https://a.example/token'],
  ['https://b.example', 'https://b.example'],
])('the audience %s of assertions is %s', (clientAssertionAudience, expected) => {
  expect(assertionAudience({ clientAssertionAudience }, metadata)).toBe(expected);
});
