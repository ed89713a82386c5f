import { beforeAll, describe, expect, it } from '@jest/globals';
import { thumbprintOf } from '../../../lib/credential/client-certificate.ts';
import {
  type CredentialDocument,
  parseCredentialDocument,
} from '../../../lib/credential/document.ts';
import { checkConfirmation } from '../../../lib/grant/check-confirmation.ts';
import { readClaims } from '../../../lib/grant/token-claims.ts';
import { type IssuedCertificate, issueSelfSigned } from '../../../local/certificate-authority.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

let own: IssuedCertificate;
let thumbprint: string;
let strict: CredentialDocument;
let permitting: CredentialDocument;

const { client_secret: _, ...withoutSecret } = DOCUMENT;
const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });

beforeAll(async () => {
  own = await issueSelfSigned('CN=orders');
  thumbprint = thumbprintOf(own);
  const byCertificate = {
    ...withoutSecret,
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    tls_client_certificate: own.certificate,
    tls_client_key: own.key,
  };
  strict = parse(byCertificate);
  permitting = parse({ ...byCertificate, tls_client_certificate_bound_access_tokens: true });
});

const check = (cnf: unknown, document: CredentialDocument) =>
  checkConfirmation(readClaims({ cnf }), document);

describe('a token that is bound to a key', () => {
  it('is accepted if the document permits it and the certificate is the one that was presented', () => {
    expect(check({ 'x5t#S256': thumbprint }, permitting)).toBe(thumbprint);
  });

  it('is refused unless the document permits it', () => {
    expect(() => check({ 'x5t#S256': thumbprint }, strict)).toThrow(
      /cnf binds the token to a client certificate \(x5t#S256\)/,
    );
    expect(() => check({ 'x5t#S256': thumbprint }, parse(DOCUMENT))).toThrow(
      /cnf binds the token to a client certificate/,
    );
  });

  it('is refused if the certificate is another one', () => {
    expect(() => check({ 'x5t#S256': 'other' }, permitting)).toThrow(
      /cnf must be of the certificate that was presented/,
    );
  });

  it.each<[what: string, cnf: unknown, text: RegExp]>([
    ['DPoP', { jkt: 'a' }, /to a key that no caller has \(jkt\)/],
    ['both', { jkt: 'a', 'x5t#S256': 'b' }, /to a key that no caller has \(jkt, x5t#S256\)/],
    ['nothing known', {}, /to a key that no caller has \(no known member\)/],
    ['no object', 'text', /the claim cnf must be a JSON object/],
    ['a thumbprint that is no text', { 'x5t#S256': {} }, /to a key that no caller has/],
    ['a hostile name', { 'a\u001b[31m': 'x' }, /no known member/],
  ])('is refused if its method is not known: %s', (_what, cnf, text) => {
    expect(() => check(cnf, permitting)).toThrow(text);
  });
});

describe('a token without cnf', () => {
  it('is bound to nothing', () => {
    for (const none of [undefined, null]) expect(check(none, strict)).toBeUndefined();
  });
});
