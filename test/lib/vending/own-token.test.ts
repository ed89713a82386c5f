import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import type { ServerMetadata } from '../../../lib/grant/server-metadata.ts';
import { isClientOf, isInForce, isOwnToken } from '../../../lib/vending/own-token.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });
const document = parse(DOCUMENT);
const metadata = { issuer: ISSUER, accessTokenIssuer: undefined } as unknown as ServerMetadata;
const server = { document, metadata };
const own = { iss: ISSUER, aud: DOCUMENT.audience[0], client_id: DOCUMENT.client_id };

describe('a token of a credential', () => {
  it('has its issuer, its client, and an audience that it allows', () => {
    expect(isOwnToken(own, server)).toBe(true);
    expect(isOwnToken({ ...own, aud: ['x', DOCUMENT.resource[0] as string] }, server)).toBe(true);
    expect(isOwnToken({ ...own, iss: 'https://evil.example.net' }, server)).toBe(false);
    expect(isOwnToken({ ...own, aud: 'https://evil.example.net' }, server)).toBe(false);
    expect(isOwnToken({ ...own, client_id: 'other-client' }, server)).toBe(false);
  });

  it.each(['iss', 'aud', 'client_id', 'azp'])('has no claim %s that cannot be read', (name) => {
    expect(isOwnToken({ ...own, unreadable: ['sub', name] }, server)).toBe(false);
    expect(isOwnToken({ ...own, unreadable: ['sub'] }, server)).toBe(true);
  });

  it('may have the issuer that the document names for tokens', () => {
    const named = parse({ ...DOCUMENT, access_token_issuer: 'https://sts.example.com' });
    const isOwn = (iss: string) => isOwnToken({ iss }, { document: named, metadata });
    expect([isOwn('https://sts.example.com'), isOwn(ISSUER)]).toEqual([true, false]);
  });

  it('may state nothing of these', () => {
    expect(isOwnToken({}, server)).toBe(true);
    expect([isClientOf(undefined, document), isClientOf('other', document)]).toEqual([true, false]);
  });

  it('may have any audience if the document names none', () => {
    const open = parse({ issuer: ISSUER, client_id: 'a', client_secret: 'b' });
    expect(isOwnToken({ aud: 'anything' }, { document: open, metadata })).toBe(true);
  });
});

describe('the time of a token', () => {
  it.each([
    [{ exp: 101 }, true],
    [{ exp: 100 }, false],
    [{ nbf: 130 }, true],
    [{ nbf: 131 }, false],
    [{}, true],
  ])('with %j is within its claims at second 100: %s', (claims, isNow) => {
    expect(isInForce(claims, 100_000)).toBe(isNow);
  });
});
