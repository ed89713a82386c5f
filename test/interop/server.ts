import type { CertificateAuthority } from '../../local/certificate-authority.ts';
import type { InstallRow } from '../../tools/interop/install-row.ts';

/** Client authentication at a token endpoint, as `token_endpoint_auth_method` names it. */
export type ClientMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth';

/** Algorithms of RSA and EC keys (RFC 7518 section 3.1) that a client may sign its assertions with. */
export const RSA_AND_EC_ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
];

/** An authorization server that this project has not written. */
export interface InteropServer {
  /** Name of the folder below test/interop, and the argument of `npm run interop -- NAME`. */
  readonly name: string;
  /** Name for readers: `Keycloak`. */
  readonly title: string;
  /** Exact version. */
  readonly version: string;
  /** How the server is installed. `npm run interop:install` runs it. */
  readonly installation: InstallRow;
  readonly offers: Offers;
  /** Starts it with no clients. It is ready when the promise resolves. */
  start(options: StartOptions): Promise<RunningServer>;
}

export interface StartOptions {
  /** An empty directory for everything that the server writes. */
  readonly directory: string;
  /** The server listens on 127.0.0.1 at this port. */
  readonly port: number;
  /**
   * `http://127.0.0.1:PORT` of a proxy in front of `port`. The issuer and every URL in the metadata
   * begin with it. Only administration goes to `port`.
   */
  readonly publicUrl: string;
}

/** A server that has clients, keys and a process. */
export interface RunningServer extends AsyncDisposable {
  /** The issuer of each form in `offers.issuers`. Clients can be registered at each. */
  issuer(form: IssuerForm): string;
  /**
   * Registers a client, with all that it is allowed.
   *
   * @returns the members of its credential document but for the secret or private key
   */
  register(client: ClientRegistration): Promise<CredentialMembers>;
  /** Replaces the secret of a client. The old secret is invalid at once. */
  setSecret(clientId: string, secret: string): Promise<void>;
  /** The server refuses the client from now on. Called if `offers.disabling`. */
  disable(clientId: string): Promise<void>;
  /**
   * Signs tokens with a new key from now on. Tokens of the old key stay valid. Called if
   * `offers.signingAlgorithms` has a value.
   *
   * @param algorithm one of `offers.signingAlgorithms`
   */
  rotateSigningKey(algorithm: string): Promise<void>;
  /** What the recipes need for a client. Called if `offers.recipes` has a value. */
  rotation?(client: CredentialMembers): Promise<ClientAdministration>;
  /** Its TLS, if `offers.methods` has `tls_client_auth`. */
  readonly certificates?: {
    /** PEM of the authority of its own certificate. */
    readonly serverAuthority: string;
    /** The authority whose client certificates it accepts. */
    readonly clients: CertificateAuthority;
  };
  /** SIGSTOP: connections are accepted, nothing responds. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Ends the process, paused or not. Nothing listens on the port afterwards. */
  stop(): Promise<void>;
}

/** How the recipes of a server reach the registration of a client. */
export interface ClientAdministration {
  /** `rotation.parameters` of the document. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The document of the client whose token its admin API accepts, if it needs one. */
  readonly admin?: Readonly<Record<string, unknown>>;
  /**
   * More members of the document: the token of RFC 7592, or all of a client that the server has
   * registered by itself.
   */
  readonly members?: Readonly<Record<string, unknown>>;
}

/**
 * `secret` and `key`: the recipe rotates it, and no request fails. `issued`: the server issues the
 * secret and ends the old one at once. `kept`: the server keeps the secret.
 */
export type RecipeKind = 'secret' | 'key' | 'issued' | 'kept';

/** What a server has. A row of the table that needs more is `not offered`. */
export interface Offers {
  readonly methods: readonly ClientMethod[];
  /**
   * The server does not decode the client id and secret of Basic authentication, against RFC 6749
   * section 2.3.1.
   */
  readonly literalBasic?: boolean;
  /** Secrets may have characters beyond ASCII, against RFC 6749 A.2. */
  readonly secretsBeyondAscii: boolean;
  /** Of the keys of clients, for `private_key_jwt`: `RS256`, `ES384`, `EdDSA`. */
  readonly keyAlgorithms: readonly string[];
  /**
   * Of the signatures of tokens. The first is the default of the server. Empty if the signing key
   * cannot be rotated while the server runs.
   */
  readonly signingAlgorithms: readonly string[];
  /** Clients can be registered for the assertions of another issuer. Default: they cannot. */
  readonly webIdentity?: boolean;
  /** Clients can be disabled and keep their registration. */
  readonly disabling: boolean;
  /** The first is the default. */
  readonly issuers: readonly IssuerForm[];
  /** Its JWTs have no claim that names their client (RFC 9068 `client_id`, or `azp`). */
  readonly anonymousTokens?: boolean;
  /** Names of recipes that run here. Default: none. */
  readonly recipes?: { readonly [kind in RecipeKind]?: string };
  /** Formats that a client can be registered for. */
  readonly tokenFormats: readonly TokenFormat[];
  /** Clients can be registered for scopes, and other scopes are refused. */
  readonly scopes: boolean;
  /** How a token gets its audience: a parameter of the request, or the client's registration. */
  readonly audience: 'parameter' | 'resource' | 'configured' | 'none';
  /** Clients can have a lifetime of their own. */
  readonly lifetimes: boolean;
  /** Introspection (RFC 7662), by the metadata or by the credential document. */
  readonly introspection: boolean;
  /** Formats that its introspection knows. Default: all of `tokenFormats`. */
  readonly introspectedFormats?: readonly TokenFormat[];
  /** Revocation (RFC 7009) of access tokens. */
  readonly revocation: boolean;
  /** Paths of metadata that the server has. */
  readonly metadata: readonly MetadataPath[];
  /**
   * What the server refuses without the error code of its RFC, so that our error cannot tell it
   * apart: `upstream_invalid`. `kid`: an assertion whose `kid` it does not know. Default: nothing.
   */
  readonly vague?: readonly ('client' | 'kid' | 'scope' | 'audience')[];
}

/**
 * `root`: no path. `path`: a path without a slash at its end. `slash`: a slash at the end, with or
 * without a path.
 */
export type IssuerForm = 'root' | 'path' | 'slash';
export type TokenFormat = 'jwt' | 'opaque';
export type MetadataPath = 'openid-configuration' | 'oauth-authorization-server';

export interface ClientRegistration {
  /** The client id, if the server lets its operator choose; unique among the clients of a run. */
  readonly id: string;
  readonly method: ClientMethod;
  /** For the methods with a secret. */
  readonly secret?: string;
  /** Public key with `kid` and `alg`, for `private_key_jwt`. */
  readonly jwk?: Readonly<Record<string, unknown>>;
  /** For `private_key_jwt` with the assertions of another issuer. */
  readonly webIdentity?: { readonly issuer: string; readonly subject: string };
  /** For `tls_client_auth`. */
  readonly certificate?: { readonly subject: string; readonly isTokenBound: boolean };
  /** Scopes that the client may have. */
  readonly scope?: readonly string[];
  /** `aud` of its tokens: by parameter where the server takes one, or configured. */
  readonly audience?: string;
  /** Of its access tokens. */
  readonly lifetimeSeconds?: number;
  /** Default: the first of `offers.tokenFormats`. */
  readonly tokenFormat?: TokenFormat;
  /** One of `offers.issuers`. Default: the first. */
  readonly issuer?: IssuerForm;
}

/** Members of a credential document. */
export interface CredentialMembers {
  readonly issuer: string;
  readonly client_id: string;
  readonly token_endpoint_auth_method: ClientMethod;
  readonly [member: string]: unknown;
}
