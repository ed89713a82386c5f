import type { JWK } from 'jose';
import { SCOPES } from '../credential.ts';
import { generateJwk } from '../generated-jwk.ts';
import type { AdminSession } from './session.ts';

export interface PluginOptions {
  /** A slash at the end of the issuer. */
  readonly slash: boolean;
  /** Of access tokens. It belongs to the plugin, not to a client. */
  readonly lifetimeSeconds: number;
}

/** Instances of the plugin for OpenID Connect: one for each issuer and lifetime, with the same keys. */
export class Plugins {
  readonly #session: AdminSession;
  readonly #publicApi: string;
  readonly #parameters = new Map<string, Readonly<Record<string, unknown>>>();
  // The first one signs, and all of them are published.
  #keys: readonly JWK[] = [];

  /** @param publicApi URL with the prefix of the API, as callers see it */
  constructor(session: AdminSession, publicApi: string) {
    this.#session = session;
    this.#publicApi = publicApi;
  }

  issuer({ slash, lifetimeSeconds }: PluginOptions): string {
    return `${this.#publicApi}/${nameOf({ slash, lifetimeSeconds })}${slash ? '/' : ''}`;
  }

  /** Creates the instance if there is none, and returns its issuer. */
  async open(options: PluginOptions): Promise<string> {
    const issuer = this.issuer(options);
    const name = nameOf(options);
    if (this.#parameters.has(name)) return issuer;
    if (this.#keys.length === 0) this.#keys = [await generateJwk('RS256')];
    const parameters = parametersOf(issuer, options.lifetimeSeconds);
    this.#parameters.set(name, parameters);
    const instance = { module: 'oidc', name, display_name: name };
    await this.#session.call('POST', '/mod/plugin/', {
      ...instance,
      parameters: this.#withKeys(parameters),
    });
    return issuer;
  }

  async rotateSigningKey(algorithm: string): Promise<void> {
    this.#keys = [await generateJwk(algorithm), ...this.#keys];
    for (const [name, parameters] of this.#parameters) {
      const path = `/mod/plugin/${name}`;
      const body = { display_name: name, parameters: this.#withKeys(parameters) };
      await this.#session.call('PUT', path, body);
      // It reads its parameters when it starts.
      await this.#session.call('PUT', `${path}/reset`);
    }
  }

  #withKeys(parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return { ...parameters, 'jwks-private': JSON.stringify({ keys: this.#keys }) };
  }
}

function nameOf({ slash, lifetimeSeconds }: PluginOptions): string {
  return `oidc-${lifetimeSeconds}${slash ? '-slash' : ''}`;
}

function parametersOf(issuer: string, lifetimeSeconds: number): Readonly<Record<string, unknown>> {
  return {
    iss: issuer,
    'allow-non-oidc': true,
    'jwks-show': true,
    // Both are required, though the keys have their algorithms.
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    'access-token-duration': lifetimeSeconds,
    'refresh-token-duration': 1_209_600,
    'code-duration': 600,
    'refresh-token-rolling': true,
    'auth-type-client-enabled': true,
    'auth-type-code-enabled': false,
    'auth-type-token-enabled': false,
    'auth-type-id-token-enabled': true,
    'auth-type-none-enabled': true,
    'auth-type-password-enabled': false,
    'auth-type-refresh-enabled': true,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    // Needed for assertions of clients, too.
    'request-parameter-allow': true,
    'request-maximum-exp': 3_600,
    'client-pubkey-parameter': 'pubkey',
    'client-jwks-parameter': 'jwks',
    'client-jwks_uri-parameter': 'jwks_uri',
    // RFC 7591 and 7592. A registration needs no token.
    'register-client-allowed': true,
    'register-client-management-allowed': true,
    'register-client-credentials-scope': SCOPES,
    'resource-allowed': true,
    'resource-client-property': 'resource',
  };
}
