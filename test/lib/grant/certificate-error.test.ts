import { describe, expect, it } from '@jest/globals';
import { certificateErrorOf } from '../../../lib/grant/certificate-error.ts';
import type { UpstreamRequest } from '../../../lib/grant/upstream-error.ts';
import { type HandshakeEvidence, TransportError } from '../../../lib/http/transport-error.ts';

const url = new URL('https://as.example/token');
const NAME = 'The token endpoint of the authorization server (https://as.example/token)';

const errorOf = (
  evidence: HandshakeEvidence,
  offered = true,
  kind: 'connection_failed' | 'tls_unacceptable' = 'tls_unacceptable',
  request: UpstreamRequest = 'token',
) =>
  certificateErrorOf(new TransportError(kind, 'CODE', undefined, evidence), {
    request,
    url,
    offered,
  });

describe('an exchange that ends because of the certificate of the client', () => {
  it.each([
    [40, 'handshake failure'],
    [42, 'bad certificate'],
    [43, 'unsupported certificate'],
    [44, 'certificate revoked'],
    [45, 'certificate expired'],
    [46, 'certificate unknown'],
    [48, 'unknown certificate authority'],
    [49, 'access denied'],
    [51, 'decrypt error'],
    [116, 'certificate required'],
  ])('refuses the client: alert %d', (alert, words) => {
    expect(errorOf({ alert, clientSeen: true })).toMatchObject({
      code: 'credential_refused',
      message: `${NAME} refused the client certificate (${words}).`,
      advice: expect.stringMatching(/[a-z)]\.$/),
      detail: 'token: CODE',
    });
  });

  it('says that a certificate is required if none was offered', () => {
    expect(errorOf({ alert: 116, clientSeen: true }, false)).toMatchObject({
      code: 'upstream_invalid',
      message: `${NAME} requires a client certificate (certificate required).`,
      advice: expect.stringContaining('token_endpoint_auth_method'),
    });
    const ofKeys = errorOf({ alert: 116 }, false, 'tls_unacceptable', 'keys');
    expect(ofKeys?.advice).toMatch(/presented only where the client authenticates/);
    const ofMetadata = errorOf({ alert: 116 }, false, 'tls_unacceptable', 'metadata');
    expect(ofMetadata?.advice).toBe(ofKeys?.advice);
  });

  it('may have ended without an alert: then it is retryable, and may be a refusal', () => {
    expect(errorOf({ clientSeen: true }, true, 'connection_failed')).toMatchObject({
      code: 'upstream_unavailable',
      message: `${NAME} ended the connection without a response when the client certificate was presented.`,
      mayBeRefusal: true,
    });
  });
});

describe('an exchange that ends for another reason', () => {
  it.each<[what: string, error: ReturnType<typeof errorOf>]>([
    ['the handshake fails before the certificate', errorOf({ alert: 40 })],
    ['the alert is about the protocol', errorOf({ alert: 70, clientSeen: true })],
    ['the certificate of the server', errorOf({ clientSeen: true })],
    ['there is no connection', errorOf({}, true, 'connection_failed')],
    ['no certificate was offered', errorOf({ clientSeen: true }, false, 'connection_failed')],
  ])('is not about the certificate of the client: %s', (_what, error) => {
    expect(error).toBeUndefined();
  });
});
