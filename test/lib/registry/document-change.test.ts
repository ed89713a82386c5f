import { describe, expect, it } from '@jest/globals';
import {
  changedMembers,
  isSwitch,
  patchDocument,
  replaceDocument,
} from '../../../lib/registry/document-change.ts';

const stored = {
  issuer: 'https://auth.example.com',
  client_secret: 'one',
  registration_access_token: 'rat',
  rotation_state: { secret_sha256: 'a' },
  scope: 'a',
  status: 'disabled',
  epoch: 2,
};

describe('a whole document', () => {
  it('keeps secret members, status and epoch, and nothing else', () => {
    const { scope: _, ...kept } = stored;
    expect(replaceDocument(stored, { issuer: 'https://other.example.com' })).toEqual({
      ...kept,
      issuer: 'https://other.example.com',
    });
  });

  it('drops the other proofs and the state of the rotation if it has a proof', () => {
    const jwk = { kty: 'EC' };
    expect(replaceDocument(stored, { private_key_jwk: jwk })).toEqual({
      private_key_jwk: jwk,
      registration_access_token: 'rat',
      status: 'disabled',
      epoch: 2,
    });
  });

  it('removes a secret member that is null, and keeps the null of a public one as an error', () => {
    const given = { client_secret: null, scope: null, status: 'enabled' };
    expect(replaceDocument({ client_secret: 'one' }, given)).toEqual({
      scope: null,
      status: 'enabled',
    });
  });
});

describe('a merge patch', () => {
  // RFC 7396 appendix A, of the values that a member can have.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j by %j is %j', (target, patch, result) => {
    expect(patchDocument(target, patch)).toEqual(result);
  });

  it('replaces a key as a whole', () => {
    const before = { private_key_jwk: { kty: 'EC', crv: 'P-256', kid: 'old' } };
    const key = { kty: 'OKP' };
    expect(patchDocument(before, { private_key_jwk: key })).toEqual({ private_key_jwk: key });
    expect(patchDocument(before, { private_key_jwk: null })).toEqual({});
  });

  it('drops the state of the rotation with the secret that it describes', () => {
    expect(patchDocument(stored, { client_secret: 'two' })).not.toHaveProperty('rotation_state');
    expect(patchDocument(stored, { scope: 'b' })).toHaveProperty('rotation_state');
  });

  it('sets no prototype', () => {
    const patch = JSON.parse('{"__proto__":{"status":"enabled"},"constructor":null}');
    const patched = patchDocument({ a: 1 }, patch);
    expect(Object.keys(patched).sort()).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
  });
});

it('members that differ are named in order, whatever the order of their values', () => {
  expect(
    changedMembers({ b: { x: 1, y: 2 }, c: 1, d: 1 }, { b: { y: 2, x: 1 }, c: 2, a: 1 }),
  ).toEqual(['a', 'c', 'd']);
});

it.each([
  [{ status: 'disabled' }, true],
  [{ epoch: 2 }, true],
  [{ status: 'enabled', epoch: 2 }, true],
  [{}, false],
  [{ status: 'disabled', scope: 'a' }, false],
])('the patch %j is a switch: %s', (patch, expected) => {
  expect(isSwitch(patch)).toBe(expected);
});
