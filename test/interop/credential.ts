import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { IntrospectionResponse, VendedToken } from '../../lib/http/wire.ts';
import type { ClientRegistration, CredentialMembers } from './server.ts';
import type { InteropWorld } from './world.ts';

/** The policies of the local system permit this caller everything of team payments. */
export const CALLER = 'ci-payments';
export const SCOPES = ['orders:read', 'orders:write'] as const;

export type NewClient = Partial<ClientRegistration> & {
  /** Of the client's key, for `private_key_jwt`. */
  readonly algorithm?: string;
  /** Members of the document in place of a secret or key that is made. */
  readonly keys?: Readonly<Record<string, unknown>>;
};

type Changes = Readonly<Record<string, unknown>>;

export interface VendOptions {
  readonly scope?: readonly string[];
  readonly minTtl?: number;
  /** A token that an API rejected. */
  readonly rejected?: string;
}

/** Where clients are registered and documents are stored. */
export interface CredentialWorld
  extends Pick<InteropWorld, 'definition' | 'server' | 'system' | 'jwts'> {
  readonly aws: Pick<InteropWorld['aws'], 'putDocument'>;
}

/** A client of the server, and its credential in Secrets Manager. */
export class Credential {
  readonly #world: CredentialWorld;
  readonly name: string;
  readonly members: CredentialMembers;
  readonly #secrets: Readonly<Record<string, unknown>>;

  private constructor(
    world: CredentialWorld,
    members: CredentialMembers,
    secrets: Readonly<Record<string, unknown>>,
    name: string,
  ) {
    this.#world = world;
    this.members = members;
    this.#secrets = secrets;
    this.name = name;
  }

  /**
   * Registers a client with two scopes, and stores its credential document.
   *
   * @param changes members of the document that differ from what the server knows, or what makes them
   *   for a client
   */
  static async add(
    world: CredentialWorld,
    client: NewClient = {},
    changes: Changes | ((members: CredentialMembers) => Promise<Changes>) = {},
  ): Promise<Credential> {
    const { offers } = world.definition;
    const id = randomBytes(4).toString('hex');
    const { algorithm, keys: own, ...registration } = client;
    const method = client.method ?? offers.methods[0] ?? 'client_secret_basic';
    const isMade = own === undefined && method === 'private_key_jwt';
    const keys = isMade ? await keyPair(algorithm ?? 'RS256') : undefined;
    const secret =
      keys === undefined && own === undefined ? (client.secret ?? newSecret()) : undefined;
    const members = await world.server.register({
      // Characters that the forms of Basic authentication write differently.
      id: `interop-client.${id}_1`,
      method,
      ...(offers.scopes ? { scope: SCOPES } : {}),
      ...registration,
      ...(keys === undefined ? {} : { jwk: keys.publicKey }),
      ...(secret === undefined ? {} : { secret }),
    });
    const secrets =
      own ??
      (keys === undefined ? { client_secret: secret } : { private_key_jwk: keys.privateKey });
    const credential = new Credential(world, members, secrets, `payments/c-${id}`);
    await credential.store(typeof changes === 'function' ? await changes(members) : changes);
    return credential;
  }

  /** Of the client, if it has one. */
  get secret(): string | undefined {
    const { client_secret } = this.#secrets;
    return typeof client_secret === 'string' ? client_secret : undefined;
  }

  /** Of the client, if it has one. */
  get privateKey(): Readonly<Record<string, unknown>> {
    return (this.#secrets['private_key_jwk'] ?? {}) as Readonly<Record<string, unknown>>;
  }

  /** Writes a new version of the document. */
  async store(changes: Changes = {}): Promise<void> {
    const document = { ...this.members, ...this.#secrets, ...changes };
    for (const text of secretsOf(document)) this.#world.system.guard(text);
    await this.#world.aws.putDocument(this.name, document);
  }

  /** A token from the endpoint; it may be a cached one. */
  async vend(options: VendOptions = {}): Promise<VendedToken> {
    const client = this.#world.system.client(CALLER);
    const token = await client.getToken({ ...options, credential: this.name, fresh: true });
    if (token.access_token.split('.').length === 3)
      this.#world.jwts.set(token.mint_id, this.members.client_id);
    return token;
  }

  async introspect(token: string): Promise<IntrospectionResponse> {
    return await this.#world.system.client(CALLER).introspect(this.name, token);
  }

  async revoke(token: string): Promise<void> {
    await this.#world.system.client(CALLER).revoke(this.name, token);
  }
}

/** Long enough for HMAC with SHA-512. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/** Another private key of the same kind. */
export async function keyPair(algorithm: string) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  // One `kid`: a wrong key is then a wrong signature, not a key that the server does not know.
  const members = { kid: 'client-key', alg: algorithm, use: 'sig' };
  return {
    privateKey: { ...(await exportJWK(privateKey)), ...members },
    publicKey: { ...(await exportJWK(publicKey)), ...members },
  };
}

function secretsOf(document: Readonly<Record<string, unknown>>): string[] {
  const { client_secret, private_key_jwk, tls_client_key, registration_access_token } = document;
  const { d } = (private_key_jwk ?? {}) as { d?: string };
  return [client_secret, d, tls_client_key, registration_access_token].filter(
    (text) => typeof text === 'string',
  );
}
