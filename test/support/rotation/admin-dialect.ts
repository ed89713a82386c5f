import type { ClientAuthentication } from '../../../lib/credential/client-authentication.ts';

export interface AdminCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed; `undefined` if there is none. */
  readonly body: unknown;
}

export interface AdminReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Members = Readonly<Record<string, unknown>>;

export const CLIENT_ID = 'orders-client';

/**
 * One client at an authorization server: its secrets by id, its public keys, and the admin API in
 * the dialect of the server.
 */
export abstract class AdminDialect {
  /** Of the document. */
  readonly issuer: string = 'https://auth.example.com';
  /** The authorization header that the admin API accepts. */
  authorization = 'Bearer admin-token';
  readonly secrets = new Map<string, string>([['s0', 'secret-0']]);
  keys: readonly Members[] = [];
  readonly calls: AdminCall[] = [];
  #made = 0;

  /** Members of the document besides issuer, client and secret. */
  abstract readonly rotation: Members;
  readonly more: Members = {};

  handle(call: AdminCall): AdminReply {
    this.calls.push(call);
    if (call.headers['authorization'] !== this.authorization) return { status: 401 };
    return this.respond(call) ?? { status: 404 };
  }

  protected abstract respond(call: AdminCall): AdminReply | undefined;

  /** Whether the token endpoint accepts a client. */
  accepts(authentication: ClientAuthentication): boolean {
    if ('clientSecret' in authentication)
      return [...this.secrets.values()].includes(authentication.clientSecret);
    if (!('privateKeyJwk' in authentication)) return false;
    const { members } = authentication.privateKeyJwk;
    return this.keys.some((key) => (key['x'] ?? key['n']) === (members['x'] ?? members['n']));
  }

  protected newSecret(): readonly [id: string, value: string] {
    this.#made += 1;
    return [`s${this.#made}`, `issued-${this.#made}`];
  }

  /** Replaces every secret. */
  protected replace(value: string): void {
    this.secrets.clear();
    this.secrets.set('only', value);
  }
}
