export type TransportErrorKind =
  /** There was no connection, or it ended before the response was complete. */
  | 'connection_failed'
  /** The proxy that the environment names opened no connection. */
  | 'proxy_refused'
  /** The certificate or the protocol of the other side. No retry changes that. */
  | 'tls_unacceptable'
  /** The other side sent no HTTP response, another protocol, or an encoding that cannot be read. */
  | 'response_unreadable'
  | 'response_too_large';

/**
 * Why {@link HttpsTransport} has no response. Callers translate it into the codes of their own
 * table, so users never see it.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportErrorKind;
  /** For logs: Node's code such as `ECONNREFUSED`, or the limit. Contains nothing that was sent. */
  readonly detail: string;

  constructor(kind: TransportErrorKind, detail: string, cause?: unknown) {
    super(`${kind}: ${detail}`, { cause });
    this.kind = kind;
    this.detail = detail;
  }
}
