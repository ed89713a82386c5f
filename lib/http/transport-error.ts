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

/** What the TLS handshake shows about an exchange without a response. */
export interface HandshakeEvidence {
  /** The alert that the other side sent (RFC 8446 section 6.2, RFC 5246 section 7.2). */
  readonly alert?: number | undefined;
  /**
   * The other side had the client's part of the handshake, so also the client certificate if it
   * requested one.
   */
  readonly clientSeen?: boolean;
}

/**
 * Why {@link HttpsTransport} has no response. Callers translate it into the codes of their own
 * table, so users never see it.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportErrorKind;
  /** For logs: Node's code such as `ECONNREFUSED`, or the limit. Contains nothing that was sent. */
  readonly detail: string;
  readonly alert: number | undefined;
  readonly clientSeen: boolean;

  constructor(
    kind: TransportErrorKind,
    detail: string,
    cause?: unknown,
    { alert, clientSeen = false }: HandshakeEvidence = {},
  ) {
    super(`${kind}: ${detail}`, { cause });
    this.kind = kind;
    this.detail = detail;
    this.alert = alert;
    this.clientSeen = clientSeen;
  }
}
