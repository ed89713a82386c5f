import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { presentedAt } from '../../../lib/grant/presented-request.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const document = parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false });
const { signal } = new AbortController();
const metadata = {
  issuer: ISSUER,
  tokenEndpoint: `${ISSUER}/token`,
  jwksUri: undefined,
  revocationEndpoint: `${ISSUER}/revoke`,
  introspectionEndpoint: `${ISSUER}/introspect`,
};
const call = { metadata, document, signal };

describe('a request that presents a credential', () => {
  it.each([
    ['token', metadata.tokenEndpoint],
    ['revocation', metadata.revocationEndpoint],
    ['introspection', metadata.introspectionEndpoint],
  ] as const)('goes to the %s endpoint of the metadata', (name, url) => {
    expect(presentedAt(call, name)).toEqual({
      request: name,
      url: new URL(url),
      document,
      metadata,
    });
  });

  it('carries the grant of a token request', () => {
    const grant = { scope: ['a'], audience: [], resource: [] };
    expect(presentedAt(call, 'token', grant).grant).toBe(grant);
  });
});
