import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { endpointMember } from '../../../lib/grant/mtls-endpoint-aliases.ts';
import { checkMetadata } from '../../../lib/grant/server-metadata.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const urls = { allowLoopbackHttp: false };
const { hostname } = new URL(ISSUER);
const aliases = {
  token_endpoint: `https://mtls.${hostname}/token`,
  revocation_endpoint: `https://mtls.${hostname}/revoke`,
};
const metadata = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  introspection_endpoint: `${ISSUER}/introspect`,
  mtls_endpoint_aliases: aliases,
};
let byCertificate: object;

beforeAll(async () => {
  const { client_secret: _, ...document } = DOCUMENT;
  const { certificate, key } = await issueSelfSigned('CN=orders');
  byCertificate = {
    ...document,
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_certificate: certificate,
    tls_client_key: key,
  };
});

const check = (json: object, document: object) =>
  checkMetadata(json, parseCredentialDocument(JSON.stringify(document), urls), urls);

describe('the endpoints of a client with a certificate', () => {
  it('are the aliases of the metadata, where it has one', () => {
    expect(check(metadata, byCertificate)).toMatchObject({
      tokenEndpoint: aliases.token_endpoint,
      revocationEndpoint: aliases.revocation_endpoint,
      introspectionEndpoint: `${ISSUER}/introspect`,
    });
  });

  it('are the same as those of others if there is no alias', () => {
    for (const none of [undefined, null, 'text', []])
      expect(check({ ...metadata, mtls_endpoint_aliases: none }, byCertificate)).toMatchObject({
        tokenEndpoint: `${ISSUER}/token`,
      });
  });

  it('take no certificate on another host, unless the document names it', () => {
    const url = 'https://mtls.example.net/token';
    const elsewhere = { ...metadata, mtls_endpoint_aliases: { token_endpoint: url } };
    expect(() => check(elsewhere, byCertificate)).toThrow(
      `mtls_endpoint_aliases.token_endpoint must be on the host of the issuer, or the credential document must name it, and it is ${url}`,
    );
    expect(check(elsewhere, { ...byCertificate, token_endpoint: url }).tokenEndpoint).toBe(url);
  });

  it('are absent if an alias is not usable', () => {
    const revocation_endpoint = 'https://mtls.example.net/revoke';
    const elsewhere = { ...metadata, mtls_endpoint_aliases: { revocation_endpoint } };
    expect(check(elsewhere, byCertificate).revocationEndpoint).toBeUndefined();
  });
});

describe('the endpoints of a client with a secret', () => {
  it('are never the aliases', () => {
    expect(check(metadata, DOCUMENT).tokenEndpoint).toBe(`${ISSUER}/token`);
    const document = parseCredentialDocument(JSON.stringify(DOCUMENT), urls);
    expect(endpointMember(metadata, 'token_endpoint', document)).toEqual({
      name: 'token_endpoint',
      value: `${ISSUER}/token`,
    });
  });
});
