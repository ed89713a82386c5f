import http from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listenOnLoopback } from '../../local/loopback-server.ts';

export interface TokenClaims {
  readonly clientId?: string;
  readonly audience?: string;
  /** Seconds from now; negative for a token that has expired. */
  readonly lifetime?: number;
}

/** An authorization server of a few lines, for tests that need tokens and not the whole local one. */
export interface TokenIssuer {
  readonly url: string;
  /** Signs a token as OCMS issues them. */
  issue(claims?: TokenClaims): Promise<string>;
  close(): Promise<void>;
}

/**
 * Serves keys at `/jwks`, and at any other path a token to whoever asks.
 *
 * @param served claims of those tokens
 */
export async function startTokenIssuer(served: TokenClaims = {}): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] };
  const issue = ({
    clientId = 'client-1',
    audience = 'https://hiiretail.com',
    lifetime = 3600,
  }: TokenClaims = {}) =>
    new SignJWT({ client_id: clientId })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(listening.url)
      .setAudience(audience)
      .setExpirationTime(Math.floor(Date.now() / 1000) + lifetime)
      .sign(privateKey);
  const answer = async (path: string) =>
    path === '/jwks'
      ? keys
      : { access_token: await issue(served), token_type: 'bearer', expires_in: 60 };
  const server = http.createServer((request, response) => {
    request.resume();
    void answer(request.url ?? '').then((body) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    );
  });
  const listening = await listenOnLoopback(server, 0, 'token issuer', 'nothing');
  return { url: listening.url, issue, close: listening.close };
}
