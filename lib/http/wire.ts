import * as v from 'valibot';
import { type ErrorCode, isErrorCode } from '../errors/error-table.ts';
import { isAccessToken, isScopeToken } from './token-syntax.ts';

// The function imports only the types, so valibot does not parse its responses.

const text = v.string();
const texts = v.pipe(v.array(text), v.readonly());

/** The known members. A newer endpoint may send more, which are kept but are not in the type. */
function members<Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, Readonly<v.InferOutput<v.ObjectSchema<Entries, undefined>>>> {
  return v.looseObject(entries);
}

// Clients make dates of these. A date after the year 9999 has no RFC 3339 form.
const LATEST = 253_402_300_799;
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LATEST));

const confirmation = v.optional(members({ 'x5t#S256': text }));

/** Response of `POST /oauth2/token` (RFC 6749 section 5.1, and members of our own). */
export const vendedTokenSchema = members({
  // It becomes part of a header, a file and an environment.
  access_token: v.pipe(text, v.check(isAccessToken)),
  token_type: v.literal('Bearer'),
  /** Whole seconds from the response. */
  expires_in: seconds,
  /** Space-separated; empty if the server granted none. */
  scope: v.pipe(
    text,
    v.check((scope) => scope === '' || scope.split(' ').every(isScopeToken)),
  ),
  /** Seconds since the Unix epoch. */
  expires_at: seconds,
  issued_at: seconds,
  /** `team/name`. */
  credential: text,
  mint_id: text,
  vend_id: text,
  source: v.picklist(['minted', 'cached']),
  /** The client certificate that APIs require besides the token (RFC 8705 section 3.1). */
  cnf: confirmation,
  /** What else the token needs to be accepted. */
  advice: v.optional(text),
});
export type VendedToken = v.InferOutput<typeof vendedTokenSchema>;

/** Every error (RFC 6749 section 5.2, and members of our own). */
export const errorResponseSchema = members({
  error: text,
  error_description: text,
  error_uri: v.optional(text, ''),
  code: v.custom<ErrorCode>((code) => typeof code === 'string' && isErrorCode(code)),
  request_id: text,
  advice: v.optional(text, ''),
});
export type ErrorResponse = v.InferOutput<typeof errorResponseSchema>;

/** Response of `GET /caller-identity`. */
export const callerIdentitySchema = members({
  account: text,
  arn: text,
  /** The principal that policies name. */
  principal: text,
  kind: text,
  name: text,
  user_id: text,
  session_name: v.optional(text),
  organization: v.optional(text),
  source_ip: v.optional(text),
});
export type CallerIdentity = v.InferOutput<typeof callerIdentitySchema>;

/** One entry of `GET /credentials`: metadata, never a secret. */
export const credentialDescriptionSchema = members({
  credential: text,
  issuer: text,
  profile: text,
  status: text,
  scopes: texts,
  default_scope: texts,
  audiences: texts,
  resources: texts,
  /** When the client certificate expires, if there is one: seconds since the Unix epoch. */
  certificate_expires_at: v.optional(seconds),
});
export type CredentialDescription = v.InferOutput<typeof credentialDescriptionSchema>;

/** Response of `GET /credentials`. */
export const credentialListSchema = members({
  credentials: v.pipe(v.array(credentialDescriptionSchema), v.readonly()),
});
export type CredentialList = v.InferOutput<typeof credentialListSchema>;

/** Response of `POST /access/v1/evaluation` (OpenID AuthZEN Authorization API 1.0 section 5.2). */
export const evaluationResponseSchema = members({
  decision: v.boolean(),
  context: members({
    /** `@id` of the policies that determined the decision; empty if none applied: a deny. */
    policies: texts,
    /** `@id` of permits for this caller, action and credential whose conditions are not met. */
    unmet: texts,
    /** What to do about a deny; empty if it is allowed. */
    advice: text,
    /** Evaluation errors; each is a deny. */
    errors: texts,
    /** SHA-256 (hex) of the policies and schema that decided. */
    policy_version: text,
  }),
});
export type EvaluationResponse = v.InferOutput<typeof evaluationResponseSchema>;

/** Response of `POST /oauth2/introspect` (RFC 7662 section 2.2). */
export const introspectionResponseSchema = v.union([
  members({ active: v.literal(false) }),
  members({
    active: v.literal(true),
    scope: v.optional(text),
    client_id: v.optional(text),
    token_type: v.literal('Bearer'),
    exp: v.optional(v.number()),
    iat: v.optional(v.number()),
    nbf: v.optional(v.number()),
    sub: v.optional(text),
    aud: v.optional(v.union([text, texts])),
    iss: v.optional(text),
    jti: v.optional(text),
    cnf: confirmation,
  }),
]);
export type IntrospectionResponse = v.InferOutput<typeof introspectionResponseSchema>;

/**
 * Response of `POST /oauth2/revoke`. RFC 7009 section 2.2 defines no members. An older endpoint
 * sends no body.
 */
export const revocationResponseSchema = v.optional(
  members({
    /** Copies that were dropped in the process that served the request. */
    evicted: v.number(),
    /**
     * What became of it at the authorization server. `unsupported`: the server does not revoke such
     * tokens. `other_credential`: the token is not of this credential, and was not sent.
     */
    upstream: v.picklist(['revoked', 'unsupported', 'other_credential']),
  }),
);
export type RevocationResponse = NonNullable<v.InferOutput<typeof revocationResponseSchema>>;

/** Metadata of the endpoint (RFC 8414). */
export const endpointMetadataSchema = members({
  issuer: text,
  token_endpoint: text,
  /** Base URL of the registry; absent if the deployment has none. */
  registry_endpoint: v.optional(text),
  /** Version of the function; older ones do not state it. */
  software_version: v.optional(text),
});
export type EndpointMetadata = v.InferOutput<typeof endpointMetadataSchema>;
