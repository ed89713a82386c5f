export type TransportErrorKind =
  /** No connection, or it ended before the response was complete. */
  | 'connection_failed'
  /** The certificate or the protocol of the other side. No retry changes that. */
  | 'tls_unacceptable'
  | 'response_too_large';

/**
 * Why {@link HttpsTransport} has no response. Whoever calls the transport translates it at its edge into the codes of its own
 * table; people never see this one.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportErrorKind;
  /** For logs: Node's code such as `ECONNREFUSED`, or the limit. Holds nothing that was sent. */
  readonly detail: string;

  constructor(kind: TransportErrorKind, detail: string, cause?: unknown) {
    super(`${kind}: ${detail}`, { cause });
    this.kind = kind;
    this.detail = detail;
  }
}
