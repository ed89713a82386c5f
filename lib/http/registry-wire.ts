import * as v from 'valibot';

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
  }),
});
export type RegisteredCredential = v.InferOutput<typeof registeredCredentialSchema>;

/** Response to a change, if the caller may not describe the credential. */
export const changedCredentialSchema = v.looseObject({
  credential: text,
  version_id: text,
});
export type ChangedCredential = v.InferOutput<typeof changedCredentialSchema>;
