import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** An OAuth2 client that lives as long as one run: nothing but its memory knows it. */
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
 * What a program is told of the client, by name of the environment variable. With several credentials there is no one client
 * id: each credential is one, with the same secret.
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

// Digests are of one length, so that comparing them says nothing of the candidate's.
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
