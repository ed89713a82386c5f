/**
 * Every limit of size of a body, in bytes. No limit is narrower going in than coming out: a token
 * that the endpoint returned can be introspected and revoked.
 */

/**
 * A body from an authorization server, before and after decoding. Tokens of 40 KB are in use, and
 * a key set with certificates has about as much. A token is shorter than the response with it.
 */
export const RESPONSE_LIMIT = 256 * 1024;

/** A body without a token to the endpoint: a token request has some hundred bytes. */
export const FORM_LIMIT = 8 * 1024;

/** A credential document. The value of a secret has at most as much. */
export const DOCUMENT_LIMIT = 64 * 1024;

/** A form with a token to the endpoint. Percent-encoding makes three bytes of one (RFC 3986 2.1). */
export const TOKEN_FORM_LIMIT = 3 * RESPONSE_LIMIT + FORM_LIMIT;

/** A body from the endpoint. JSON escapes make two bytes of a character of a token (RFC 8259 7). */
export const ENDPOINT_RESPONSE_LIMIT = 2 * RESPONSE_LIMIT + 64 * 1024;
