import * as v from 'valibot';
import { ENDPOINT_URL_RULE, findEndpointUrl, type UrlPolicy } from '../http/endpoint-url.ts';
import { privateKeyJwkSchema } from './private-key-jwk.ts';
import { PROFILE_NAMES } from './profile.ts';
import { isScopeToken, SCOPE_RULE, splitScope } from './scope.ts';

const TEXT_RULE = 'must be a string of 1 to 2048 characters';
const text = (rule = TEXT_RULE) =>
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
    profile: v.optional(oneOf(PROFILE_NAMES), 'generic'),
    token_sharing: v.optional(oneOf(['shared', 'per_principal', 'per_session']), 'shared'),
    status: v.optional(oneOf(['enabled', 'disabled']), 'enabled'),
    epoch: v.optional(epoch, 0),
  });

/** A document whose keys are valid one by one. */
export type DocumentFields = v.InferOutput<ReturnType<typeof documentSchema>>;
