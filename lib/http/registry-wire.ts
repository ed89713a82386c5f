import * as v from 'valibot';
import { grantStageSchema, grantStagesSchema, suggestionsSchema } from './grant-stages.ts';

// As in wire.ts: the function imports only the types.

const text = v.string();
const texts = v.pipe(v.array(text), v.readonly());
/** Seconds since the Unix epoch. */
const time = v.optional(v.number());

/** Response of the registry to `GET /credentials/{team}/{name}`: never a secret. */
export const registeredCredentialSchema = v.looseObject({
  /** `team/name`. */
  credential: text,
  /** The current version; the `ETag` is the same in double quotes. */
  version_id: text,
  status: v.picklist(['enabled', 'disabled', 'invalid']),
  /** Absent if the document is invalid. */
  epoch: v.optional(v.number()),
  /** The public members of the credential document. */
  document: v.pipe(v.record(text, v.unknown()), v.readonly()),
  /** Names of the secret members that are set. */
  secret_members: texts,
  /** The public keys of `private_key_jwk`, to register at the server (RFC 7517 section 5). */
  jwks: v.optional(v.looseObject({ keys: v.pipe(v.array(v.record(text, text)), v.readonly()) })),
  /** Every version that has a stage. */
  versions: v.pipe(
    v.array(v.looseObject({ version_id: text, stages: texts, created_at: time })),
    v.readonly(),
  ),
  rotation: v.looseObject({
    enabled: v.boolean(),
    /** `rate(30 days)`. */
    schedule: v.optional(text),
    last_rotated_at: time,
    next_rotation_at: time,
    /** The version that a rotation is preparing. */
    pending_version_id: v.optional(text),
    /** The last step of a rotation that ended. */
    last: v.optional(
      v.looseObject({
        outcome: v.picklist(['done', 'failed']),
        step: v.picklist(['create', 'set', 'test', 'finish']),
        /** If it failed: code of the error, its text, and what to do. */
        code: v.optional(text),
        message: v.optional(text),
        advice: v.optional(text),
        /** The version that the rotation prepared. */
        version_id: text,
        at: v.number(),
      }),
    ),
  }),
});
export type RegisteredCredential = v.InferOutput<typeof registeredCredentialSchema>;

/** Response to a change, if the caller may not describe the credential, to a deletion and to a rotation. */
export const changedCredentialSchema = v.looseObject({
  credential: text,
  /** The current version. */
  version_id: text,
  /** Days in which a deletion can be taken back. */
  recoverable_days: v.optional(v.number()),
  /** The version that a rotation prepares. */
  pending_version_id: v.optional(text),
});
export type ChangedCredential = v.InferOutput<typeof changedCredentialSchema>;

/** Response of the registry to `POST /credentials/{team}/{name}/test`: never a token. */
export const testedCredentialSchema = v.looseObject({
  credential: text,
  /** Whether a token was obtained that passed its checks. */
  passed: v.boolean(),
  /** The tested version; absent for a document that is not stored. */
  version_id: v.optional(text),
  issuer: text,
  token_endpoint_auth_method: text,
  stages: v.optional(grantStagesSchema, {}),
  /** If it did not pass. */
  failed_stage: v.optional(grantStageSchema),
  error: v.optional(
    v.looseObject({
      code: text,
      message: text,
      advice: text,
      suggestions: v.optional(suggestionsSchema, {}),
    }),
  ),
  /** If it passed. */
  token: v.optional(
    v.looseObject({
      expires_in: v.number(),
      scope: text,
      /** Scopes that the server added and the document expects. */
      implicit_scope: v.optional(text, ''),
      audience: texts,
      sha256: text,
    }),
  ),
  /** What became of the token. */
  revocation: v.optional(v.picklist(['revoked', 'unsupported', 'failed'])),
});
export type TestedCredential = v.InferOutput<typeof testedCredentialSchema>;
