import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { isSentTheSameWay } from '../../../lib/credential/same-destination.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const read = (changes: object) =>
  parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...changes }), {
    allowLoopbackHttp: false,
  });

describe('the secrets of two documents', () => {
  it('are sent the same way if only the secret and the ceiling differ', () => {
    const changes = { client_secret: 'canary-secret-2', scope: 'orders:read' };
    expect(isSentTheSameWay(read({}), read(changes))).toBe(true);
  });

  it.each([
    { issuer: 'https://other.example.com' },
    { token_endpoint: 'https://auth.example.com/t' },
    { revocation_endpoint: 'https://auth.example.com/r' },
    { introspection_endpoint: 'https://auth.example.com/i' },
  ])('are not with another %j', (changes) => {
    expect(isSentTheSameWay(read({}), read(changes))).toBe(false);
  });
});
