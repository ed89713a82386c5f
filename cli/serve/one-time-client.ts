import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** An OAuth2 client that exists for one run, in memory only. */
export interface OneTimeClient {
  /** Credentials (`team/name`); each is a client id. */
  readonly credentials: readonly string[];
  /** 256 bits, base64url. */
  readonly secret: string;
  /** Compares in constant time. */
  isRight(clientId: string, secret: string): boolean;
}

export function makeOneTimeClient(credentials: readonly string[]): OneTimeClient {
  const secret = randomBytes(32).toString('base64url');
  const digest = sha256(secret);
  return {
    credentials,
    secret,
    isRight(clientId, candidate) {
      const sameSecret = timingSafeEqual(sha256(candidate), digest);
      return sameSecret && credentials.includes(clientId);
    },
  };
}

/**
 * The environment variables that describe the client to a program. With several credentials there is no single client id:
 * each credential is a client id, with the same secret.
 *
 * @param issuer `http://127.0.0.1:PORT`
 */
export function clientVariables(
  prefix: string,
  issuer: string,
  { credentials, secret }: OneTimeClient,
): Readonly<Record<string, string | undefined>> {
  return {
    [`${prefix}TOKEN_URL`]: `${issuer}/oauth2/token`,
    [`${prefix}ISSUER`]: issuer,
    [`${prefix}CLIENT_ID`]: credentials.length === 1 ? credentials[0] : undefined,
    [`${prefix}CLIENT_SECRET`]: secret,
  };
}

// Digests have the same length, so comparing them does not reveal the length of the candidate.
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
