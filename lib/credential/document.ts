import * as v from 'valibot';
import { VendError } from '../errors/vend-error.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { type ClientAuthentication, readAuthentication } from './client-authentication.ts';
import { findContradictions } from './document-contradictions.ts';
import { type DocumentFields, documentSchema } from './document-schema.ts';
import { findJsonObject, isUtf16, UTF8_RULE } from './document-text.ts';
import type { ServerProfile } from './profile.ts';
import { type DocumentJson, findProfileErrors } from './profile-rules.ts';
import { Profiles } from './profiles.ts';
import type { RotationSettings } from './rotation-settings.ts';

/** Who may share one mint. */
export type TokenSharing = 'shared' | 'per_principal' | 'per_session';

/** `disabled` is the kill switch. */
export type CredentialStatus = 'enabled' | 'disabled';

/** One registered OAuth2 client, validated. Holds secrets: never log it. */
export interface CredentialDocument {
  readonly issuer: string;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  /** `aud` of client assertions: `issuer`, `token_endpoint` or the value itself. */
  readonly clientAssertionAudience: string;
  /** Whether tokens that are bound to the client's certificate (`cnf`, RFC 8705 section 3) are vended. */
  readonly allowsCertificateBoundTokens: boolean;
  readonly grantType: string;
  /** Further parameters of the token request. */
  readonly tokenParameters: Readonly<Record<string, string | readonly string[]>>;
  /** The ceiling, sorted; `undefined` if the document names none, and then no scope may be requested. */
  readonly scope: readonly string[] | undefined;
  /** Sent if the caller names none. */
  readonly defaultScope: readonly string[];
  /** Scopes that the server adds to every token. Policy does not decide about them. */
  readonly implicitScope: readonly string[];
  /** Allowed values. The first is the default. */
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly tokenEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly introspectionEndpoint: string | undefined;
  readonly jwksUri: string | undefined;
  /** `auto`: a JWT is verified, any other token is opaque. `opaque`: the token is never read. */
  readonly accessTokenFormat: 'auto' | 'opaque' | 'jwt';
  /** Expected `iss` of access tokens if it is not the issuer. */
  readonly accessTokenIssuer: string | undefined;
  /** Seconds that a token lives if the server states no lifetime. */
  readonly accessTokenLifetime: number | undefined;
  readonly profile: ServerProfile;
  readonly tokenSharing: TokenSharing;
  /** Absent if nothing rotates the secret. */
  readonly rotation?: RotationSettings | undefined;
  readonly status: CredentialStatus;
  readonly epoch: number;
}

/** What a document is read with. */
export interface DocumentOptions extends UrlPolicy {
  /** Default: `generic` only. */
  readonly profiles?: Profiles;
}

/**
 * Reads a credential document: names of RFC 7591. Unknown keys are errors. A member that the
 * document does not have is the default of its profile.
 *
 * @param json text of the secret; its values appear in no error
 * @throws {@link VendError} `credential_invalid` naming each wrong key and the rule it breaks
 *
 * @example
 * ```ts
 * parseCredentialDocument(
 *   '{"issuer":"https://auth.example.com","client_id":"orders","client_secret":"..."}',
 *   { allowLoopbackHttp: false },
 * ).authentication.method; // 'client_secret_basic'
 * ```
 */
export function parseCredentialDocument(
  json: string,
  { profiles = new Profiles(), ...urls }: DocumentOptions,
): CredentialDocument {
  const given = parseJson(json);
  const profile = chooseProfile(given, profiles);
  const members: DocumentJson = { ...profile.defaults, ...given };
  const result = v.safeParse(documentSchema(urls), members, { abortPipeEarly: true });
  if (!result.success) throw invalid(result.issues.map(describeIssue).join('; '));
  const errors = [
    ...findContradictions(result.output).map((error) => withOrigin(error, given, profile)),
    ...findProfileErrors(profile, members),
  ];
  if (errors.length > 0) throw invalid(errors.join('; '));
  return toDocument(result.output, profile);
}

function chooseProfile({ profile: name = 'generic' }: DocumentJson, profiles: Profiles) {
  const found = typeof name === 'string' ? profiles.find(name) : undefined;
  if (found !== undefined) return found;
  throw invalid(
    `profile must be one of ${profiles.names.join(', ')}; docs/profiles.md states where others are read`,
  );
}

// A contradiction may be between the document and a value that stands only in the profile.
function withOrigin(error: string, given: DocumentJson, { name, defaults }: ServerProfile): string {
  const [member = ''] = error.split(' ');
  return Object.hasOwn(defaults, member) && !Object.hasOwn(given, member)
    ? `${error} (${member} is a default of profile ${name})`
    : error;
}

function parseJson(text: string): DocumentJson {
  if (isUtf16(text)) throw invalid(`it ${UTF8_RULE}`);
  const json = findJsonObject(text);
  if (json === undefined) throw invalid('it must be a JSON object');
  return json;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = String(v.getDotPath(issue));
  if (issue.expected === 'never') return `${nameOfUnknownKey(path)} is not a known key`;
  const [key] = path.split('.');
  return issue.received === 'undefined' ? `${key} is missing` : `${key} ${issue.message}`;
}

// A key that does not look like a name may be a secret in the wrong place.
function nameOfUnknownKey(key: string): string {
  return /^[a-z][a-z_.]{0,39}$/i.test(key) ? key : 'a key that is no name';
}

function toDocument(fields: DocumentFields, profile: ServerProfile): CredentialDocument {
  return {
    issuer: fields.issuer,
    clientId: fields.client_id,
    authentication: readAuthentication(fields),
    clientAssertionAudience: fields.client_assertion_audience,
    allowsCertificateBoundTokens: fields.tls_client_certificate_bound_access_tokens,
    grantType: fields.grant_type,
    tokenParameters: fields.token_parameters,
    scope: fields.scope,
    defaultScope: fields.default_scope,
    implicitScope: fields.implicit_scope,
    audience: fields.audience,
    resource: fields.resource,
    tokenEndpoint: fields.token_endpoint,
    revocationEndpoint: fields.revocation_endpoint,
    introspectionEndpoint: fields.introspection_endpoint,
    jwksUri: fields.jwks_uri,
    accessTokenFormat: fields.access_token_format,
    accessTokenIssuer: fields.access_token_issuer,
    accessTokenLifetime: fields.access_token_lifetime,
    profile,
    tokenSharing: fields.token_sharing,
    rotation: fields.rotation,
    status: fields.status,
    epoch: fields.epoch,
  };
}

function invalid(rules: string): VendError {
  return new VendError('credential_invalid', {
    says: `The credential document is invalid: ${rules}.`,
  });
}
