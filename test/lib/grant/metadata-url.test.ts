import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { findMetadataUrl, isBeside, mayTakeSecrets } from '../../../lib/grant/metadata-url.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const urls = { allowLoopbackHttp: false };
const documentOf = (more: object) =>
  parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...more }), urls);
const { hostname } = new URL(ISSUER);

describe('a URL of metadata', () => {
  it('is not on a private address, unless the document names that host', () => {
    const url = 'https://10.0.0.1/token';
    expect(findMetadataUrl(url, documentOf({}), urls)).toBeUndefined();
    const inside = documentOf({ token_endpoint: 'https://10.0.0.1/other' });
    expect(findMetadataUrl(url, inside, urls)?.href).toBe(url);
    expect(findMetadataUrl('no URL', inside, urls)).toBeUndefined();
  });

  it('takes secrets on the host of the issuer and below it, or if the document names it', () => {
    const elsewhere = new URL('https://login.example.net/token');
    expect(mayTakeSecrets(new URL(`https://mtls.${hostname}/token`), documentOf({}))).toBe(true);
    expect(mayTakeSecrets(elsewhere, documentOf({}))).toBe(false);
    expect(mayTakeSecrets(elsewhere, documentOf({ token_endpoint: elsewhere.href }))).toBe(true);
  });

  it('is beside another on the same host only', () => {
    expect(isBeside(new URL(`https://x${hostname}/`), [ISSUER])).toBe(false);
    expect(isBeside(new URL(`https://a.${hostname}/`), ['https://other.example.com', ISSUER])).toBe(
      true,
    );
  });
});
