import { VendError } from '../errors/vend-error.ts';
import type { TransportError } from '../http/transport-error.ts';
import { nameOf, type UpstreamRequest } from './upstream-error.ts';

/** A request that has no response. */
export interface FailedExchange {
  readonly request: UpstreamRequest;
  readonly url: URL;
  /** Whether a client certificate was offered in the handshake. */
  readonly offered: boolean;
}

interface Cause {
  readonly words: string;
  readonly advice: string;
}

const REGISTER =
  'Check at the server which certificates it accepts for this client: their issuer, and for tls_client_auth their subject.';

// A server sends the same alert if it accepts no protocol or cipher.
const HANDSHAKE_FAILURE = 40;

/** The alerts that a server sends about the certificate of a client (RFC 8446 section 6.2). */
const ALERTS: ReadonlyMap<number, Cause> = new Map([
  [HANDSHAKE_FAILURE, { words: 'handshake failure', advice: REGISTER }],
  [42, { words: 'bad certificate', advice: REGISTER }],
  [
    43,
    {
      words: 'unsupported certificate',
      advice:
        'Check that the server supports the type of the key, and that the certificate is for client authentication (extended key usage).',
    },
  ],
  [44, { words: 'certificate revoked', advice: 'Have another certificate issued.' }],
  [
    45,
    {
      words: 'certificate expired',
      advice:
        'Check whether one of the certificates in tls_client_certificate has expired, and the clock of the server. Have another certificate issued.',
    },
  ],
  [46, { words: 'certificate unknown', advice: REGISTER }],
  [
    48,
    {
      words: 'unknown certificate authority',
      advice:
        'The server must trust the issuer of the certificate. Add certificates of intermediate authorities to tls_client_certificate, after that of the client. A self-signed certificate must be registered at the server.',
    },
  ],
  [49, { words: 'access denied', advice: REGISTER }],
  [
    51,
    {
      words: 'decrypt error',
      advice: 'Check that the server supports the type of the key of the certificate.',
    },
  ],
  [
    116,
    {
      words: 'certificate required',
      advice:
        'The server asks for certificates of other issuers, or for keys of another type than that of tls_client_certificate.',
    },
  ],
]);

/**
 * The error of an exchange that ended because of the certificate of the client.
 *
 * In TLS 1.3 the server checks the certificate after the handshake of the client, so the client has
 * sent its request by then. Some servers then end the connection without an alert. That looks like
 * an outage, so such an error is retryable.
 *
 * @returns `undefined` if the certificate of the client is not the cause
 */
export function certificateErrorOf(
  { kind, alert = -1, clientSeen, detail: why, cause }: TransportError,
  { request, url, offered }: FailedExchange,
): VendError | undefined {
  const name = nameOf(request, url);
  const detail = `${request}: ${why}`;
  const found = alert === HANDSHAKE_FAILURE && !clientSeen ? undefined : ALERTS.get(alert);
  if (found !== undefined)
    return offered
      ? new VendError('credential_refused', {
          says: `The ${name} refused the client certificate (${found.words}).`,
          advice: found.advice,
          detail,
          cause,
        })
      : new VendError('upstream_invalid', {
          says: `The ${name} requires a client certificate (${found.words}).`,
          advice: adviceWithout(request),
          detail,
          cause,
        });
  if (kind !== 'connection_failed' || !clientSeen || !offered) return undefined;
  return new VendError('upstream_unavailable', {
    says: `The ${name} ended the connection without a response when the client certificate was presented.`,
    advice: `Try again. If only this credential fails, the server refuses its certificate. ${REGISTER}`,
    detail,
    cause,
    mayBeRefusal: true,
  });
}

function adviceWithout(request: UpstreamRequest): string {
  return request === 'metadata' || request === 'keys'
    ? 'A client certificate is presented only where the client authenticates. Have the server publish its metadata and keys without one.'
    : 'Set tls_client_certificate and tls_client_key in the credential document, and token_endpoint_auth_method to tls_client_auth or self_signed_tls_client_auth.';
}
