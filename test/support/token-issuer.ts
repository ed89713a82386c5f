import http from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listenOnLoopback } from '../../local/loopback-server.ts';

export interface TokenClaims {
  readonly clientId?: string;
  readonly audience?: string;
  /** Seconds from now; negative for a token that has expired. */
  readonly lifetime?: number;
}

/** A minimal authorization server, for tests that need only tokens. */
export interface TokenIssuer {
  readonly url: string;
  /** Signs a token in the form of OCMS. */
  issue(claims?: TokenClaims): Promise<string>;
  close(): Promise<void>;
}

/**
 * Serves keys at `/jwks`, and a token at any other path.
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
  const bodyOf = async (path: string) =>
    path === '/jwks'
      ? keys
      : { access_token: await issue(served), token_type: 'bearer', expires_in: 60 };
  const server = http.createServer((request, response) => {
    request.resume();
    void bodyOf(request.url ?? '').then((body) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    );
  });
  const listening = await listenOnLoopback(server, 0, 'token issuer', 'nothing');
  return { url: listening.url, issue, close: listening.close };
}
