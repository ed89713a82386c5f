import { randomUUID } from 'node:crypto';
import http from 'node:http';
import {
  type CryptoKey,
  createRemoteJWKSet,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { readBody } from './loopback-server.ts';

const KEPT = 50;

/** A client that another issuer vouches for. */
export interface TrustedIdentity {
  readonly issuer: string;
  readonly jwksUri: string;
  /** `sub` of its tokens, for instance ARNs of roles. */
  readonly subjects: readonly string[];
  readonly clientId: string;
}

/**
 * Clients that authenticate with a token of another issuer (RFC 7523). oidc-provider knows only
 * assertions that the client itself issues, so a valid token is exchanged for one of those before
 * oidc-provider gets the request. An invalid token stays, and oidc-provider refuses it.
 */
export class TrustedIdentities {
  /** The last client assertions that were presented, whoever issued them. */
  readonly presented: string[] = [];
  readonly #identities: TrustedIdentity[] = [];
  #key: Promise<{ privateKey: CryptoKey; jwk: JWK }> | undefined;

  /** @returns the key set to register for the client, whose method is `private_key_jwt` */
  async trust(identity: TrustedIdentity): Promise<{ keys: JWK[] }> {
    this.#identities.push(identity);
    this.#key ??= makeKey();
    return { keys: [(await this.#key).jwk] };
  }

  /** @param audience of tokens: the issuer of this server */
  async exchange(request: http.IncomingMessage, audience: string): Promise<http.IncomingMessage> {
    if (this.#identities.length === 0 || request.method !== 'POST') return request;
    const body = (await readBody(request)).toString();
    const form = new URLSearchParams(body);
    const assertion = form.get('client_assertion') ?? '';
    if (assertion !== '') this.presented.push(assertion);
    if (this.presented.length > KEPT) this.presented.shift();
    const own = await this.#ownAssertion(assertion, form.get('client_id'), audience);
    if (own !== undefined) form.set('client_assertion', own);
    // The client of `sub` is not registered: invalid_client. Beside another client_id, the request
    // would be invalid_request.
    else if (this.#knowsIssuerOf(assertion)) form.delete('client_id');
    else return withBody(request, body);
    return withBody(request, form.toString());
  }

  #knowsIssuerOf(token: string): boolean {
    const { iss } = claimsOf(token);
    return this.#identities.some(({ issuer }) => issuer === iss);
  }

  async #ownAssertion(
    token: string,
    clientId: string | null,
    audience: string,
  ): Promise<string | undefined> {
    const { privateKey } = (await this.#key) as { privateKey: CryptoKey };
    try {
      const { iss: issuer = '', sub } = claimsOf(token);
      const found = this.#identities.find(
        (one) =>
          one.issuer === issuer && one.clientId === clientId && one.subjects.includes(String(sub)),
      );
      if (found === undefined) return undefined;
      const keys = createRemoteJWKSet(new URL(found.jwksUri));
      const { payload } = await jwtVerify(token, keys, { issuer, audience });
      return await new SignJWT()
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(found.clientId)
        .setSubject(found.clientId)
        .setAudience(audience)
        // The server refuses a token that it has seen.
        .setJti(payload.jti ?? randomUUID())
        .setExpirationTime(payload.exp as number)
        .sign(privateKey);
    } catch {
      return undefined;
    }
  }
}

/** The claims of a token, not verified; none if it is no JWT. */
function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

/** The same request with another body. */
function withBody(request: http.IncomingMessage, body: string): http.IncomingMessage {
  const { method, url, httpVersion } = request;
  const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
  const copy = Object.assign(new http.IncomingMessage(request.socket), {
    ...{ method, url, httpVersion, headers },
    // The end of an incomplete request closes the connection.
    complete: true,
  });
  copy.push(body);
  copy.push(null);
  return copy;
}

async function makeKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'exchange' } };
}
