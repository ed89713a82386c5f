import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { AssertionRequest } from '../../../lib/grant/client-assertions.ts';
import { openOpenidClient } from '../../../lib/grant/openid-client.ts';
import type { HttpsRequest } from '../../../lib/http/https-transport.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const { client_secret: _, ...withoutSecret } = DOCUMENT;
const { signal } = new AbortController();
const metadata = {
  issuer: ISSUER,
  tokenEndpoint: `${ISSUER}/token`,
  jwksUri: undefined,
  revocationEndpoint: `${ISSUER}/revoke`,
  introspectionEndpoint: `${ISSUER}/introspect`,
};
const grant = { scope: [], audience: [], resource: [] };
const token = { access_token: 'opaque', token_type: 'bearer', expires_in: 60 };
// Of each endpoint.
const body = JSON.stringify({ ...token, active: true });
const keyless = {
  token_endpoint_auth_method: 'private_key_jwt',
  client_assertion_source: 'aws_web_identity',
};

interface Scene {
  readonly knowsAws?: boolean;
  readonly refused?: VendError;
}

function open(more: object, { knowsAws = true, refused }: Scene = {}) {
  const sent: HttpsRequest[] = [];
  const asked: AssertionRequest[] = [];
  const issue = async (request: AssertionRequest) => {
    asked.push(request);
    if (refused !== undefined) throw refused;
    return `header.payload.signature-${asked.length}`;
  };
  const server = openOpenidClient(
    async (_url, request) => {
      sent.push(request);
      return { status: 200, headers: { 'content-type': 'application/json' }, body };
    },
    knowsAws ? { issue } : undefined,
  );
  const json = JSON.stringify({ ...withoutSecret, ...more });
  const document = parseCredentialDocument(json, { allowLoopbackHttp: false });
  return { sent, asked, server, call: { metadata, document, signal } };
}

describe('a client without a key in its document', () => {
  it('presents an assertion that AWS signs, for the audience of the document', async () => {
    const audience = 'api://AzureADTokenExchange';
    const { server, call, sent, asked } = open({ ...keyless, client_assertion_audience: audience });
    await server.requestToken(call, grant);
    expect(asked).toMatchObject([{ clientId: 'orders-client', audience, signal }]);
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'orders-client',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'header.payload.signature-1',
    });
  });

  it('presents another assertion at each endpoint, all for the same audience', async () => {
    const { server, call, sent, asked } = open(keyless);
    await server.requestToken(call, grant);
    await server.revokeToken(call, 'token');
    await server.introspectToken(call, 'token');
    const presented = sent.map(({ body }) => new URLSearchParams(body).get('client_assertion'));
    expect(presented).toEqual([1, 2, 3].map((count) => `header.payload.signature-${count}`));
    expect(new Set(asked.map(({ audience }) => audience))).toEqual(new Set([ISSUER]));
  });

  it('sends nothing to any endpoint if AWS does not sign', async () => {
    const refused = new VendError('credential_invalid', { says: 'The KMS key is disabled.' });
    const { server, call, sent } = open(keyless, { refused });
    await expect(server.requestToken(call, grant)).rejects.toBe(refused);
    await expect(server.revokeToken(call, 'token')).rejects.toBe(refused);
    await expect(server.introspectToken(call, 'token')).rejects.toBe(refused);
    expect(sent).toEqual([]);
  });

  it('cannot prove itself where nothing signs for it', async () => {
    const { server, call, sent } = open(keyless, { knowsAws: false });
    await expect(server.requestToken(call, grant)).rejects.toMatchObject({
      code: 'credential_invalid',
      message:
        'client_assertion_source aws_web_identity is available in the vending function only.',
    });
    expect(sent).toEqual([]);
  });
});

describe('a client with a certificate', () => {
  it('presents it wherever it authenticates, and sends its client id (RFC 8705 section 2)', async () => {
    const { certificate, key } = await issueSelfSigned('CN=orders');
    const { server, call, sent } = open({
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      tls_client_certificate: certificate,
      tls_client_key: key,
    });
    await server.requestToken(call, grant);
    await server.revokeToken(call, 'token');
    for (const request of sent) {
      expect(request.clientCertificate).toEqual({ certificate, key });
      expect(new URLSearchParams(request.body).get('client_id')).toBe('orders-client');
    }
    expect(sent).toHaveLength(2);
  });
});
