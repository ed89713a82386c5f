import { describe, expect, it } from '@jest/globals';
import {
  generic,
  isSameIssuer,
  readClientId,
  toServerProfile,
} from '../../../lib/credential/profile.ts';

const ISSUER = 'https://auth.example.com';
const tolerant = toServerProfile('tolerant', { issuer_comparison: 'trailing_slash_ignored' });

describe('server profile', () => {
  it('has the values of generic for members that its file does not have', () => {
    expect(toServerProfile('acme', { description: 'Acme.' })).toEqual({ ...generic, name: 'acme' });
  });

  it.each([
    [generic, ISSUER, true],
    [generic, `${ISSUER}/`, false],
    [tolerant, ISSUER, true],
    [tolerant, `${ISSUER}/`, true],
    [tolerant, `${ISSUER}//`, false],
    [tolerant, 'https://other.example.com', false],
  ])('$name compares the issuer with %s: %s', (profile, issuer, same) => {
    expect(isSameIssuer(profile, issuer, ISSUER)).toBe(same);
    expect(isSameIssuer(profile, ISSUER, issuer)).toBe(same);
  });

  it('reads the names of a client id', () => {
    const pattern = '^(?<tenant>[a-z]+)-(?<software>[a-z]+)$';
    const plain = toServerProfile('plain', { client_id: { pattern } });
    const encoded = toServerProfile('encoded', { client_id: { encoding: 'base64url', pattern } });
    const names = { tenant: 'shop', software: 'till' };
    expect(readClientId(plain, 'shop-till')).toEqual(names);
    expect(readClientId(encoded, Buffer.from('shop-till').toString('base64url'))).toEqual(names);
    expect(readClientId(encoded, 'shop-till')).toEqual({});
    expect(readClientId(generic, 'shop-till')).toEqual({});
    expect(
      readClientId(toServerProfile('unnamed', { client_id: { pattern: '' } }), 'shop-till'),
    ).toEqual({});
  });
});
