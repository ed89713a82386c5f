import { beforeEach, describe, expect, it } from '@jest/globals';
import { thumbprintOf } from '../../lib/credential/client-certificate.ts';
import { issueSelfSigned } from '../../local/certificate-authority.ts';
import { DOCUMENT, FakeWorld, formRequest, ISSUER } from '../support/fake-ports.ts';

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln';
const NAME = 'checkout/orders-api';

let world: FakeWorld;
let thumbprint: string;

beforeEach(async () => {
  world = new FakeWorld();
  // A certificate is valid now.
  world.clock.skip(Date.now() - world.clock.now());
  const { certificate, key } = await issueSelfSigned('CN=orders');
  thumbprint = thumbprintOf({ certificate });
  const { client_secret: _, ...document } = DOCUMENT;
  world.store.put(NAME, {
    ...document,
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    tls_client_certificate: certificate,
    tls_client_key: key,
    tls_client_certificate_bound_access_tokens: true,
  });
  world.server.token = { access_token: JWT, expires_in: 3600 };
  world.verifier.result = {
    valid: true,
    claims: {
      iss: ISSUER,
      aud: ['https://orders.example.com', 'https://api.example.com/orders'],
      exp: world.clock.now() / 1000 + 3600,
      client_id: DOCUMENT.client_id,
      cnf: { methods: ['x5t#S256'], certificate: thumbprint },
    },
  };
});

describe('a token that is bound to the certificate of its client', () => {
  it('is vended with the certificate that APIs require, and recorded with it', async () => {
    const { status, json } = await world.vend();
    expect(status).toBe(200);
    expect(json).toMatchObject({
      access_token: JWT,
      cnf: { 'x5t#S256': thumbprint },
      advice:
        'APIs accept this token only over TLS with the client certificate of the credential (RFC 8705).',
    });
    expect(world.audit.events.find(({ kind }) => kind === 'mint')).toMatchObject({
      token: { boundTo: thumbprint },
    });
  });

  it('is introspected with it', async () => {
    const { json } = await world.serve(
      formRequest('/oauth2/introspect', { client_id: NAME, token: JWT }),
    );
    expect(json).toMatchObject({ active: true, cnf: { 'x5t#S256': thumbprint } });
  });
});
