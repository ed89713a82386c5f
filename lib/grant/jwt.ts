/** Whether a token has the three parts of a signed JWT, the first being a JSON object with `alg` (RFC 7515). */
export function looksLikeJwt(token: string): boolean {
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) return false;
  const parsed = parsePart(header);
  return typeof parsed === 'object' && parsed !== null && 'alg' in parsed;
}

/**
 * `exp` of a JWT whose signature is not verified. It may only shorten a lifetime.
 *
 * @returns seconds since the Unix epoch; `undefined` if the token names none
 */
export function unverifiedExpiry(token: string): number | undefined {
  const claims = parsePart(token.split('.')[1] ?? '') as { exp?: unknown } | null | undefined;
  return typeof claims?.exp === 'number' ? claims.exp : undefined;
}

/** `aud` and `scp` are a string or a list of them. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function parsePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
