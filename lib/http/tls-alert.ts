// OpenSSL packs the library (20 is SSL) and the reason into the number of an error (openssl/err.h).
const SSL_ERROR = /\berror:0A([0-9A-F]{6}):SSL routines/;

// A reason from 1000 on is an alert of the other side (SSL_AD_REASON_OFFSET of openssl/ssl.h).
const ALERT_OFFSET = 1000;
const LARGEST_ALERT = 255;

/**
 * The TLS alert that the other side sent (RFC 8446 section 6.2). The code of Node.js does not say it:
 * in TLS 1.2 it is `EPROTO` for every alert.
 *
 * @param error of a connection of Node.js
 * @returns `undefined` if the error has another cause
 */
export function findTlsAlert(error: unknown): number | undefined {
  const [, reason] = SSL_ERROR.exec(String(error)) ?? [];
  const alert = Number.parseInt(reason ?? '', 16) - ALERT_OFFSET;
  return alert >= 0 && alert <= LARGEST_ALERT ? alert : undefined;
}
