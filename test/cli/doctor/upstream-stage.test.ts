import { describe, expect, it } from '@jest/globals';
import { isBeyond, upstreamStageOf } from '../../../cli/doctor/upstream-stage.ts';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { withinCeiling } from '../../../lib/grant/ceiling.ts';
import { readWellKnown } from '../../../lib/grant/read-well-known.ts';
import { checkMetadata } from '../../../lib/grant/server-metadata.ts';
import { presentedErrorOf } from '../../../lib/grant/token-error.ts';
import { unacceptable } from '../../../lib/grant/unacceptable.ts';
import { unreadableResponse, upstreamErrorOf } from '../../../lib/grant/upstream-error.ts';
import { verifySignature } from '../../../lib/grant/verify-signature.ts';
import { DOCUMENT, FakeServer, FakeVerifier, METADATA } from '../../support/fake-ports.ts';

const urls = { allowLoopbackHttp: false };
const document = parseCredentialDocument(JSON.stringify(DOCUMENT), urls);
const url = new URL(METADATA.token_endpoint);
const metadata = checkMetadata(METADATA, document, urls);
const grant = { scope: ['a'], audience: [], resource: [] };
const { signal } = new AbortController();
const response = (status: number, error = '') => ({
  status,
  headers: {},
  body: JSON.stringify({ error }),
});
const refused = (status: number, error: string) =>
  presentedErrorOf({ request: 'token', url, document, metadata, grant }, response(status, error));
const thrownBy = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    return VendError.from(error);
  }
  throw new Error('nothing was thrown');
};
const noMetadata = new FakeServer();
noMetadata.metadata = () => undefined;
const noKey = new FakeVerifier();
noKey.result = { valid: false, reason: 'unknown_key' };

/** Errors as the function makes them, so that the texts and the steps agree. */
const errors: readonly (readonly [string, () => unknown, string | undefined])[] = [
  ['metadata with an error', () => upstreamErrorOf('metadata', url, response(500)), 'metadata'],
  [
    'no metadata',
    () => thrownBy(() => readWellKnown(noMetadata, document, () => undefined, signal)),
    'metadata',
  ],
  [
    'metadata of another issuer',
    () => thrownBy(() => checkMetadata({ ...METADATA, issuer: 'https://b' }, document, urls)),
    'metadata',
  ],
  ['an error that names no request', () => new VendError('upstream_timeout'), 'metadata'],
  ['a client that is refused', () => refused(401, 'invalid_client'), 'client'],
  ['an audience that is refused', () => refused(400, 'invalid_request'), 'request'],
  ['a scope that the server refuses', () => refused(400, 'invalid_scope'), 'request'],
  ['a target that the server refuses', () => refused(400, 'invalid_target'), 'request'],
  ['a server that requires DPoP', () => refused(400, 'use_dpop_nonce'), 'request'],
  ['a token endpoint that fails', () => refused(503, ''), 'request'],
  [
    'a token response that cannot be read',
    () => unreadableResponse('token', url, response(200), 'it must be JSON'),
    'request',
  ],
  ['keys with an error', () => upstreamErrorOf('keys', url, response(429)), 'keys'],
  [
    'a key that is not published',
    () => thrownBy(() => verifySignature('token', metadata, noKey, signal)),
    'keys',
  ],
  ['a token that fails a check', () => unacceptable('aud is absent'), 'token'],
  ['a scope beyond the ceiling', () => thrownBy(() => withinCeiling(grant, document)), undefined],
  ['a denial', () => new VendError('policy_denied'), undefined],
];

describe('the step at which a token request failed', () => {
  it.each(errors)('after %s', async (_name, make, stage) => {
    const { code, message } = VendError.from(await make());
    expect(upstreamStageOf(new TokenVendingError(code, { says: message }))).toBe(stage);
  });

  it('comes after those that succeeded', () => {
    expect(isBeyond('token', 'metadata')).toBe(true);
    expect(isBeyond('metadata', 'metadata')).toBe(false);
    expect(isBeyond('client', 'request')).toBe(false);
  });
});
