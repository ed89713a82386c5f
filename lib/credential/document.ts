import * as v from 'valibot';
import { VendError } from '../errors/vend-error.ts';
import { ENDPOINT_URL_RULE, findEndpointUrl, type UrlPolicy } from '../http/endpoint-url.ts';
import { findEnvironmentProblem, HIIRETAIL_AUDIENCE } from './hiiretail-profile.ts';
import { type PrivateKeyJwk, privateKeyJwkSchema } from './private-key-jwk.ts';
import { isScopeToken, SCOPE_RULE, splitScope } from './scope.ts';

export type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientSecret: string }
  | { readonly method: 'private_key_jwt'; readonly privateKeyJwk: PrivateKeyJwk };

/** Who may share one mint. */
export type TokenSharing = 'shared' | 'per_principal' | 'per_session';

/** One registered OAuth2 client, validated. Holds secrets: never log it. */
export interface CredentialDocument {
  readonly issuer: string;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  /** The ceiling, sorted; `undefined` where the document names none, and then no scope may be asked for. */
  readonly scope: readonly string[] | undefined;
  /** What is sent when the caller names none. */
  readonly defaultScope: readonly string[];
  /** Allowed values, the first being the default. */
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly tokenEndpoint: string | undefined;
  readonly jwksUri: string | undefined;
  readonly profile: 'generic' | 'hiiretail';
  readonly tokenSharing: TokenSharing;
  readonly status: 'enabled' | 'disabled';
  readonly epoch: number;
}

const text = (rule = 'must be a string of 1 to 2048 characters') =>
  v.pipe(
    v.string(rule),
    v.minLength(1, rule),
    v.maxLength(2048, rule),
    v.regex(/^[^\p{Cc}]*$/u, rule),
  );

const LIST_RULE = 'must be a string or a list of at most 50 different strings without spaces';
const stringList = v.pipe(
  v.union([v.string(), v.array(v.string())], LIST_RULE),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
  v.check((values) => values.length <= 50 && new Set(values).size === values.length, LIST_RULE),
  v.check((values) => values.every((value) => /^[!-~]{1,2048}$/.test(value)), LIST_RULE),
);

const scopeText = v.pipe(
  v.string(SCOPE_RULE),
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

const documentSchema = (policy: UrlPolicy) =>
  v.strictObject({
    issuer: v.pipe(
      endpointUrl(policy),
      v.check((url) => !url.includes('?'), 'must have no query (RFC 8414 section 2)'),
    ),
    client_id: text(),
    client_secret: v.optional(text()),
    token_endpoint_auth_method: v.optional(
      oneOf(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
      'client_secret_basic',
    ),
    private_key_jwk: v.optional(privateKeyJwkSchema),
    scope: v.optional(scopeText),
    default_scope: v.optional(scopeText, ''),
    audience: v.optional(stringList),
    resource: v.optional(stringList, []),
    token_endpoint: v.optional(endpointUrl(policy)),
    jwks_uri: v.optional(endpointUrl(policy)),
    profile: v.optional(oneOf(['generic', 'hiiretail']), 'generic'),
    token_sharing: v.optional(oneOf(['shared', 'per_principal', 'per_session']), 'shared'),
    status: v.optional(oneOf(['enabled', 'disabled']), 'enabled'),
    epoch: v.optional(
      v.pipe(
        v.number('must be a whole number from 0'),
        v.safeInteger('must be a whole number from 0'),
        v.minValue(0, 'must be a whole number from 0'),
      ),
      0,
    ),
  });

type DocumentFields = v.InferOutput<ReturnType<typeof documentSchema>>;

/**
 * Reads a credential document (design section 4: RFC 7591 names, unknown keys refused).
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
export function parseCredentialDocument(json: string, policy: UrlPolicy): CredentialDocument {
  const result = v.safeParse(documentSchema(policy), parseJson(json), { abortPipeEarly: true });
  if (!result.success) throw invalid(result.issues.map(describeIssue).join('; '));
  const mistakes = findContradictions(result.output);
  if (mistakes.length > 0) throw invalid(mistakes.join('; '));
  return toDocument(result.output);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own message quotes the text, which holds the secret.
    throw invalid('it must be a JSON object');
  }
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  if (issue.path === undefined) return 'it must be a JSON object';
  const [key, ...inner] = issue.path.map((item) => String(item.key));
  if (issue.expected === 'never')
    return `${nameOfUnknownKey([key, ...inner].join('.'))} is not a known key`;
  return issue.received === 'undefined' ? `${key} is missing` : `${key} ${issue.message}`;
}

// A key that does not look like a name may be a secret in the wrong place.
function nameOfUnknownKey(key: string): string {
  return /^[a-z][a-z_.]{0,39}$/i.test(key) ? key : 'a key that is no name';
}

function findContradictions(fields: DocumentFields): string[] {
  const byKey = fields.token_endpoint_auth_method === 'private_key_jwt';
  const environment =
    fields.profile === 'hiiretail'
      ? findEnvironmentProblem(new URL(fields.issuer), fields.client_id)
      : undefined;
  const mistakes: (string | false | undefined)[] = [
    byKey &&
      fields.private_key_jwk === undefined &&
      'private_key_jwk is missing for private_key_jwt',
    byKey &&
      fields.client_secret !== undefined &&
      'client_secret must be absent with private_key_jwt',
    !byKey &&
      fields.client_secret === undefined &&
      `client_secret is missing for ${fields.token_endpoint_auth_method}`,
    !byKey &&
      fields.private_key_jwk !== undefined &&
      'private_key_jwk must be absent unless token_endpoint_auth_method is private_key_jwt',
    fields.default_scope.some((scope) => !fields.scope?.includes(scope)) &&
      'default_scope must be within scope',
    environment,
  ];
  return mistakes.filter((mistake) => typeof mistake === 'string');
}

function toDocument(fields: DocumentFields): CredentialDocument {
  return {
    issuer: fields.issuer,
    clientId: fields.client_id,
    authentication: toAuthentication(fields),
    scope: fields.scope,
    defaultScope: fields.default_scope,
    audience: fields.audience ?? (fields.profile === 'hiiretail' ? [HIIRETAIL_AUDIENCE] : []),
    resource: fields.resource,
    tokenEndpoint: fields.token_endpoint,
    jwksUri: fields.jwks_uri,
    profile: fields.profile,
    tokenSharing: fields.token_sharing,
    status: fields.status,
    epoch: fields.epoch,
  };
}

function toAuthentication(fields: DocumentFields): ClientAuthentication {
  const method = fields.token_endpoint_auth_method;
  return method === 'private_key_jwt'
    ? { method, privateKeyJwk: fields.private_key_jwk as PrivateKeyJwk }
    : { method, clientSecret: fields.client_secret as string };
}

function invalid(rules: string): VendError {
  return new VendError('credential_invalid', {
    says: `The credential document is not valid: ${rules}.`,
  });
}
