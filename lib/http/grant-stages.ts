import * as v from 'valibot';

// As in wire.ts: the function imports only the types.

const text = v.string();
const texts = v.pipe(v.array(text), v.readonly());

/**
 * What each stage of a grant found, with the names of JSON. Contains no secret and no token, and can
 * be printed. A stage that was not reached is absent.
 */
export const grantStagesSchema = v.looseObject({
  metadata: v.optional(
    v.looseObject({
      /** URLs; empty if the values are from the document. */
      found_at: texts,
      issuer: text,
      token_endpoint: text,
      jwks_uri: v.optional(text),
      revocation_endpoint: v.optional(text),
      introspection_endpoint: v.optional(text),
      token_endpoint_auth_methods_supported: v.optional(texts),
      grant_types_supported: v.optional(texts),
    }),
  ),
  request: v.optional(
    v.looseObject({
      endpoint: text,
      token_endpoint_auth_method: text,
      /** `aud` of the assertion, if the method sends one. */
      client_assertion_audience: v.optional(text),
      grant_type: text,
      parameters: v.pipe(v.record(text, texts), v.readonly()),
    }),
  ),
  response: v.optional(
    v.looseObject({
      status: v.number(),
      /** JSON type of each member by its name; absent if the body is no JSON object. */
      members: v.optional(v.pipe(v.record(text, text), v.readonly())),
      /** As the server writes them. */
      token_type: v.optional(v.unknown()),
      expires_in: v.optional(v.unknown()),
      scope: v.optional(v.unknown()),
    }),
  ),
  keys: v.optional(
    v.looseObject({
      jwks_uri: text,
      alg: text,
      kid: v.optional(text),
      /** `kid` of each published key; null for a key without one. */
      published: v.pipe(v.array(v.nullable(text)), v.readonly()),
    }),
  ),
  claims: v.optional(
    v.looseObject({
      iss: v.optional(text),
      aud: v.optional(v.union([text, texts])),
      /** Seconds since the Unix epoch. */
      exp: v.optional(v.number()),
      scope: v.optional(v.unknown()),
      client_id: v.optional(text),
    }),
  ),
});
export type GrantStages = v.InferOutput<typeof grantStagesSchema>;

/** The stages of a grant, in their order. `checks`: lifetime, scope, issuer and audience. */
export const grantStageSchema = v.picklist(['metadata', 'request', 'response', 'keys', 'checks']);
export type GrantStage = v.InferOutput<typeof grantStageSchema>;

/** Values of members of the document that may help, by member. */
export const suggestionsSchema = v.pipe(v.record(text, text), v.readonly());
export type Suggestions = v.InferOutput<typeof suggestionsSchema>;

/** A document with which no token was obtained. */
export const failedTestSchema = v.object({
  stages: grantStagesSchema,
  failed_stage: grantStageSchema,
  suggestions: suggestionsSchema,
});
export type FailedTest = v.InferOutput<typeof failedTestSchema>;
