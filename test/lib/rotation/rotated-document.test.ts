import { describe, expect, it } from '@jest/globals';
import {
  differsInSecretOnly,
  findState,
  hasSecretOf,
  readDocument,
  withNewSecret,
  withoutReplaced,
  withSecretId,
  withSecretOf,
} from '../../../lib/rotation/rotated-document.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const read = (members: object, versionId = 'v1') =>
  readDocument({ text: JSON.stringify(members), versionId }, { allowLoopbackHttp: false });
const stored = read(DOCUMENT);

describe('a document with a new secret', () => {
  it('keeps every other member', () => {
    expect(JSON.parse(withNewSecret(stored, { client_secret: 'new' }))).toEqual({
      ...DOCUMENT,
      client_secret: 'new',
    });
  });

  it('knows the id of its secret at the server, and of the one that it replaced', () => {
    const first = read(JSON.parse(withNewSecret(stored, { client_secret: 'n1', secretId: 'one' })));
    expect(findState(first)).toMatchObject({ secret_id: 'one' });
    const next = read(JSON.parse(withNewSecret(first, { client_secret: 'n2', secretId: 'two' })));
    expect(findState(next)).toMatchObject({ secret_id: 'two', replaced_secret_id: 'one' });
    const last = read(JSON.parse(withNewSecret(next, { client_secret: 'n3' })));
    expect(findState(last)).toEqual({
      secret_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      replaced_secret_id: 'two',
    });
  });

  it('forgets the ids if somebody stored another secret since', () => {
    const state = withSecretId(stored, 'one');
    expect(findState(read(state))).toMatchObject({ secret_id: 'one' });
    expect(findState(read({ ...state, client_secret: 'by hand' }))).toBeUndefined();
    expect(findState(stored)).toBeUndefined();
  });

  it('has no ids of secrets if it has a key', () => {
    const key = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' };
    const text = withNewSecret(stored, { private_key_jwk: key, registration_access_token: 'r' });
    expect(JSON.parse(text)).toEqual({
      ...DOCUMENT,
      private_key_jwk: key,
      registration_access_token: 'r',
    });
    expect(findState({ ...stored, members: { private_key_jwk: key } })).toBeUndefined();
  });
});

describe('two versions of a document', () => {
  const pending = read(JSON.parse(withNewSecret(stored, { client_secret: 'new' })), 'v2');

  it('differ in the secret only, unless somebody changed one', () => {
    const { issuer, ...others } = DOCUMENT;
    expect(differsInSecretOnly(read({ ...others, issuer }), pending)).toBe(true);
    expect(differsInSecretOnly(read({ ...DOCUMENT, epoch: 1 }), pending)).toBe(false);
    expect(hasSecretOf(stored, pending)).toBe(false);
    expect(hasSecretOf(pending, pending)).toBe(true);
  });

  it('are merged: the secret of one, everything else of the other', () => {
    const current = read({ ...DOCUMENT, status: 'disabled', registration_access_token: 'old' });
    expect(JSON.parse(withSecretOf(current, pending) ?? '')).toEqual({
      ...DOCUMENT,
      status: 'disabled',
      client_secret: 'new',
    });
  });

  it('are not merged if they are of two clients', () => {
    expect(withSecretOf(read({ ...DOCUMENT, client_id: 'other' }), pending)).toBeUndefined();
  });
});

describe('a document after the removal of its old secret', () => {
  const first = read(JSON.parse(withNewSecret(stored, { client_secret: 'n1', secretId: 'one' })));
  const next = read(JSON.parse(withNewSecret(first, { client_secret: 'n2', secretId: 'two' })));

  it('knows only its own secret', () => {
    const after = read(withoutReplaced(next, next, undefined) ?? {});
    expect(findState(after)).toEqual({
      secret_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      secret_id: 'two',
    });
    expect({ ...after.members, rotation_state: 0 }).toEqual({ ...next.members, rotation_state: 0 });
  });

  it('stays as it is if it replaced another secret meanwhile, or none', () => {
    const later = read(JSON.parse(withNewSecret(next, { client_secret: 'n3', secretId: 'three' })));
    expect(withoutReplaced(later, next, undefined)).toBeUndefined();
    expect(withoutReplaced(first, next, undefined)).toBeUndefined();
    expect(withoutReplaced(stored, stored, undefined)).toBeUndefined();
  });

  it('has the registration access token that the server issued, unless it has another one', () => {
    const before = read({ ...DOCUMENT, registration_access_token: 'r0' });
    expect(withoutReplaced(before, before, 'r1')).toEqual({
      ...DOCUMENT,
      registration_access_token: 'r1',
    });
    expect(withoutReplaced(before, before, 'r0')).toBeUndefined();
    const other = read({ ...DOCUMENT, registration_access_token: 'by hand' });
    expect(withoutReplaced(other, before, 'r1')).toBeUndefined();
  });
});
