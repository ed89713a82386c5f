import { beforeAll, describe, expect, it } from '@jest/globals';
import { type IssuedCertificate, issueSelfSigned } from '../../local/certificate-authority.ts';
import { encodingsOf, findCanaries, secretsOfDocument } from '../support/canary-search.ts';
import { ecKeyPair } from '../support/signing-keys.ts';

let own: IssuedCertificate;
let secrets: string[];

beforeAll(async () => {
  own = await issueSelfSigned('CN=orders');
  secrets = secretsOfDocument(
    JSON.stringify({ tls_client_certificate: own.certificate, tls_client_key: own.key }),
  );
});

const lines = () => own.key.trim().split('\n');
const base64Of = (text: string) => Buffer.from(text).toString('base64');

describe('the search for secrets finds the key of a certificate', () => {
  it.each<[what: string, leak: () => string]>([
    ['as PEM', () => own.key],
    ['in JSON', () => JSON.stringify({ key: own.key })],
    ['in a URL', () => encodeURIComponent(own.key)],
    ['in base64', () => base64Of(own.key)],
    ['in base64 beside other text', () => base64Of(`abc${own.key.trim()}`)],
    ['in hexadecimal digits', () => Buffer.from(own.key).toString('hex')],
    ['with other line breaks', () => own.key.replaceAll('\n', '\r\n')],
    ['in one line', () => own.key.replaceAll('\n', ' ')],
    ['without first and last line', () => lines().slice(1, -1).join('\n')],
    ['without line breaks', () => lines().slice(1, -1).join('')],
    ['by one line of it', () => `"${lines()[2]}"`],
  ])('%s', (_what, leak) => {
    expect(findCanaries(`before ${leak()} after`, secrets)).not.toEqual([]);
  });

  it('and takes its certificate for no secret', () => {
    for (const form of encodingsOf(own.certificate))
      expect(findCanaries(form, secrets)).toEqual([]);
  });
});

describe('the secrets of a document', () => {
  it('are its client secret, and what of its key is private', () => {
    const { privateJwk } = ecKeyPair('P-256');
    const document = { client_secret: 'canary-of-a-client', private_key_jwk: privateJwk };
    expect(secretsOfDocument(JSON.stringify(document))).toEqual([
      'canary-of-a-client',
      (privateJwk as { d: string }).d,
    ]);
    expect(secretsOfDocument('no document')).toEqual([]);
    expect(secretsOfDocument('null')).toEqual([]);
  });
});
