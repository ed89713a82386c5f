import * as v from 'valibot';
import { ENDPOINT_URL_RULE, findEndpointUrl, type UrlPolicy } from '../http/endpoint-url.ts';
import { isScopeToken } from '../http/token-syntax.ts';
import { certificateKeySchema, certificateSchema } from './client-certificate.ts';
import { privateKeyJwkSchema } from './private-key-jwk.ts';
import { rotationSchema, rotationStateSchema } from './rotation-settings.ts';
import { SCOPE_RULE, splitScope } from './scope.ts';

// A file or a paste often adds a newline at the end of a secret.
const CONTROL_END_RULE = 'must not end with a control character such as a newline';
const CONTROL_RULE = 'must not contain control characters';
const string = (rule: string) => v.pipe(v.string(rule), v.regex(/\P{Cc}$|^$/u, CONTROL_END_RULE));

const TEXT_RULE = 'must be a string of 1 to 2048 characters';
const text = (rule = TEXT_RULE) =>
  v.pipe(
    string(rule),
    v.minLength(1, rule),
    v.maxLength(2048, rule),
    v.regex(/^\P{Cc}*$/u, CONTROL_RULE),
  );

const LIST_RULE = 'must be a string or a list of at most 50 different strings without spaces';
const stringList = v.pipe(
  v.union([v.string(), v.array(v.string())], LIST_RULE),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
  v.check((values) => values.every((value) => !/\p{Cc}$/u.test(value)), CONTROL_END_RULE),
  v.check((values) => values.length <= 50 && new Set(values).size === values.length, LIST_RULE),
  v.check((values) => values.every((value) => /^[!-~]{1,2048}$/.test(value)), LIST_RULE),
);

const scopeText = v.pipe(
  string(SCOPE_RULE),
  v.transform(splitScope),
  v.check((scopes) => scopes.every(isScopeToken), SCOPE_RULE),
);

const endpointUrl = (policy: UrlPolicy) =>
  v.pipe(
    text(ENDPOINT_URL_RULE),
    v.check((url) => findEndpointUrl(url, policy) !== undefined, ENDPOINT_URL_RULE),
  );

const oneOf = <const T extends readonly string[]>(options: T) =>
  v.picklist(options, `must be ${options.slice(0, -1).join(', ')} or ${options.at(-1)}`);

const GRANT_TYPE_RULE = 'must be a name such as client_credentials, or a URI';
const grantType = v.pipe(v.string(GRANT_TYPE_RULE), v.regex(/^[!-~]{1,256}$/, GRANT_TYPE_RULE));

/** The parameters of a token request that the function sets itself. */
const OWN_PARAMETERS = [
  'grant_type',
  'scope',
  'audience',
  'resource',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
];
const PARAMETERS_RULE =
  'must be an object of at most 20 names, each with a string or a list of strings of 1 to 2048 characters';
const OWN_PARAMETERS_RULE = `must not have ${OWN_PARAMETERS.join(', ')}: other keys of the document set these`;
const tokenParameters = v.pipe(
  v.record(
    v.pipe(v.string(PARAMETERS_RULE), v.regex(/^[\w.:-]{1,128}$/, PARAMETERS_RULE)),
    v.union([text(PARAMETERS_RULE), v.array(text(PARAMETERS_RULE))], PARAMETERS_RULE),
    PARAMETERS_RULE,
  ),
  v.check((parameters) => Object.keys(parameters).length <= 20, PARAMETERS_RULE),
  v.check(
    (parameters) => !OWN_PARAMETERS.some((name) => Object.hasOwn(parameters, name)),
    OWN_PARAMETERS_RULE,
  ),
);

const LIFETIME_RULE = 'must be a whole number of seconds from 1 to 315360000 (10 years)';
const lifetime = v.pipe(
  v.number(LIFETIME_RULE),
  v.safeInteger(LIFETIME_RULE),
  v.minValue(1, LIFETIME_RULE),
  v.maxValue(315_360_000, LIFETIME_RULE),
);

// An alias may point to another key tomorrow, and IAM policies name keys by ARN.
const KMS_KEY_RULE = 'must be the id or the ARN of a key of AWS KMS, not an alias';
const kmsKeyId = v.pipe(
  v.string(KMS_KEY_RULE),
  v.regex(/^(?:arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/)?[A-Za-z0-9-]{1,64}$/, KMS_KEY_RULE),
);

/** Of the signatures that keys of AWS KMS make (RFC 7518 section 3.1, RFC 8037). */
export const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const EPOCH_RULE = 'must be a whole number from 0';
const epoch = v.pipe(v.number(EPOCH_RULE), v.safeInteger(EPOCH_RULE), v.minValue(0, EPOCH_RULE));

/** The schema of each key of a credential document: names of RFC 7591. Unknown keys are errors. */
export const documentSchema = (policy: UrlPolicy) =>
  v.strictObject({
    issuer: v.pipe(
      endpointUrl(policy),
      v.check((url) => !url.includes('?'), 'must have no query (RFC 8414 section 2)'),
    ),
    client_id: text(),
    client_secret: v.optional(text()),
    token_endpoint_auth_method: v.optional(
      oneOf([
        'client_secret_basic',
        'client_secret_post',
        'client_secret_jwt',
        'private_key_jwt',
        'tls_client_auth',
        'self_signed_tls_client_auth',
      ]),
      'client_secret_basic',
    ),
    private_key_jwk: v.optional(privateKeyJwkSchema),
    client_assertion_source: v.optional(oneOf(['document', 'kms', 'aws_web_identity']), 'document'),
    kms_key_id: v.optional(kmsKeyId),
    token_endpoint_auth_signing_alg: v.optional(oneOf(SIGNING_ALGORITHMS)),
    tls_client_certificate: v.optional(certificateSchema),
    tls_client_key: v.optional(certificateKeySchema),
    tls_client_certificate_bound_access_tokens: v.optional(
      v.boolean('must be true or false'),
      false,
    ),
    client_assertion_audience: v.optional(text(), 'issuer'),
    grant_type: v.optional(grantType, 'client_credentials'),
    token_parameters: v.optional(tokenParameters, {}),
    scope: v.optional(scopeText),
    default_scope: v.optional(scopeText, ''),
    implicit_scope: v.optional(scopeText, ''),
    audience: v.optional(stringList, []),
    resource: v.optional(stringList, []),
    token_endpoint: v.optional(endpointUrl(policy)),
    revocation_endpoint: v.optional(endpointUrl(policy)),
    introspection_endpoint: v.optional(endpointUrl(policy)),
    jwks_uri: v.optional(endpointUrl(policy)),
    access_token_format: v.optional(oneOf(['auto', 'opaque', 'jwt']), 'auto'),
    access_token_issuer: v.optional(text()),
    access_token_lifetime: v.optional(lifetime),
    // The profiles are known before the document is read: see `Profiles`.
    profile: v.optional(v.string(), 'generic'),
    token_sharing: v.optional(oneOf(['shared', 'per_principal', 'per_session']), 'shared'),
    rotation: v.optional(rotationSchema),
    registration_access_token: v.optional(text()),
    rotation_state: v.optional(rotationStateSchema),
    status: v.optional(oneOf(['enabled', 'disabled']), 'enabled'),
    epoch: v.optional(epoch, 0),
  });

/** Every member of a document. */
export const DOCUMENT_MEMBERS = Object.keys(documentSchema({ allowLoopbackHttp: false }).entries);

const SECRETS = [
  'client_secret',
  'private_key_jwk',
  'tls_client_key',
  'registration_access_token',
  // No secret, but it belongs to one: a change of other members keeps it.
  'rotation_state',
] as const;

export type SecretMember = (typeof SECRETS)[number];

/** Members that nobody but the functions may read. */
export const SECRET_MEMBERS: readonly string[] = SECRETS;

/** A document whose keys are valid one by one. */
export type DocumentFields = v.InferOutput<ReturnType<typeof documentSchema>>;
