import * as v from 'valibot';

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
// The last millisecond of the year 9999. The day of a later time has no form YYYY-MM-DD.
const LATEST_TIME = 253_402_300_799_999;
// The greatest number that fits the 12 digits of a key.
const LAST_SEQUENCE = 999_999_999_999;
const uuid = v.pipe(v.string(), v.uuid());
const texts = v.pipe(v.array(v.string()), v.readonly());

/** OCSF object `fingerprint`. */
const fingerprint = v.strictObject({
  algorithm: v.literal('SHA-256'),
  algorithm_id: v.literal(3),
  value: sha256,
});

/** Kinds of records; `metadata.event_code`. */
export const auditKinds = [
  'process-start',
  'mint-intent',
  'mint',
  'vend',
  'denial',
  'refusal',
  'upstream-failure',
  'introspection',
  'revocation-intent',
  'revocation',
  'evaluation',
  'registration-intent',
  'registration',
  'listing',
  'rotation-intent',
  'rotation',
] as const;

const metadata = v.strictObject({
  version: v.literal('1.8.0'),
  uid: uuid,
  sequence: v.pipe(whole, v.maxValue(LAST_SEQUENCE)),
  correlation_uid: v.optional(v.string()),
  event_code: v.picklist(auditKinds),
  product: v.strictObject({ name: v.literal('token-vending'), version: v.string() }),
  profiles: v.tuple([v.literal('cloud')]),
});

const actor = v.strictObject({
  app_name: v.optional(v.literal('token-vending')),
  user: v.optional(
    v.strictObject({
      uid: v.string(),
      /** Unique id that AWS gave the role or user (`AROA...`, `AIDA...`). */
      uid_alt: v.optional(v.string()),
      name: v.string(),
      type: v.picklist(['role', 'user', 'root', 'federated-user']),
      account: v.strictObject({ uid: v.string() }),
      org: v.optional(v.strictObject({ uid: v.string() })),
      credential_uid: v.optional(v.string()),
    }),
  ),
  session: v.optional(v.strictObject({ uid: v.optional(v.string()), issuer: v.string() })),
  authorizations: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          decision: v.picklist(['allow', 'deny']),
          policy: v.strictObject({ uid: v.string(), version: sha256 }),
        }),
      ),
      v.readonly(),
    ),
  ),
});

const client = v.strictObject({
  type: v.literal('oauth2.client'),
  uid: v.string(),
  data: v.strictObject({
    issuer: v.optional(v.string()),
    token_endpoint: v.optional(v.string()),
    auth_method: v.optional(v.string()),
    secret_version_id: v.optional(v.string()),
    scope_requested: texts,
    audience_requested: texts,
    resource_requested: texts,
    min_ttl: whole,
    /** The status that a change gives the credential. */
    status_requested: v.optional(v.picklist(['enabled', 'disabled'])),
  }),
});

const accessToken = v.strictObject({
  type: v.literal('oauth2.access_token'),
  uid: v.string(),
  data: v.strictObject({
    sha256,
    /** `team/name`, if it is not that of the client of the record. */
    credential: v.optional(v.string()),
    sub: v.optional(v.string()),
    client_id: v.optional(v.string()),
    x5t_s256: v.optional(v.string()),
    scope_granted: v.optional(texts),
    scope_implicit: v.optional(texts),
    audience: v.optional(texts),
    /** Seconds since the Unix epoch. */
    iat: v.optional(whole),
    exp: v.optional(whole),
    cache: v.optional(v.picklist(['hit', 'miss'])),
  }),
});

/**
 * One record of the audit log: OCSF API Activity (class 6003,
 * https://schema.ocsf.io/1.8.0/classes/api_activity), with the integrity fields named as in the
 * attestation object of OCSF 1.9. docs/audit-record.schema.json says the same.
 */
export const auditRecordSchema = v.strictObject({
  category_uid: v.literal(6),
  class_uid: v.literal(6003),
  activity_id: v.picklist([1, 2, 3, 4, 99]),
  type_uid: v.picklist([600301, 600302, 600303, 600304, 600399]),
  /** Milliseconds since the Unix epoch. */
  time: v.pipe(whole, v.maxValue(LATEST_TIME)),
  severity_id: v.picklist([1, 2, 3]),
  status_id: v.picklist([1, 2]),
  status_code: v.string(),
  metadata,
  cloud: v.strictObject({ provider: v.literal('AWS'), region: v.string() }),
  actor,
  api: v.strictObject({
    operation: v.string(),
    service: v.strictObject({ name: v.literal('token-vending') }),
    request: v.optional(v.strictObject({ uid: v.string() })),
    response: v.optional(v.strictObject({ code: whole, error: v.optional(v.string()) })),
  }),
  src_endpoint: v.strictObject({ ip: v.optional(v.string()), name: v.optional(v.string()) }),
  http_request: v.optional(
    v.strictObject({
      http_method: v.string(),
      url: v.strictObject({ path: v.string() }),
      user_agent: v.optional(v.string()),
      uid: v.string(),
    }),
  ),
  resources: v.pipe(v.array(v.variant('type', [client, accessToken])), v.readonly()),
  unmapped: v.strictObject({
    attestation: v.strictObject({
      chain_uid: uuid,
      prev_event: v.optional(v.strictObject({ fingerprint })),
      fingerprint,
    }),
    mint_id: v.optional(uuid),
    vend_id: v.optional(uuid),
    source: v.optional(v.picklist(['minted', 'cached'])),
    /** Seconds. */
    remaining_lifetime: v.optional(v.pipe(v.number(), v.integer())),
    /** Milliseconds by stage of the flow. */
    stages: v.optional(v.record(v.string(), v.number())),
    /** `@id` of permits with a condition that was not met. */
    policies_unmet: v.optional(texts),
    /** Principal of the evaluation. */
    subject: v.optional(v.string()),
    rejected_token_sha256: v.optional(sha256),
    active: v.optional(v.boolean()),
    evicted: v.optional(whole),
    /** A change of a credential. */
    registration: v.optional(
      v.strictObject({
        /** Names of the members of the document that change. */
        members: texts,
        /** Version ids of the secret in Secrets Manager. */
        version_before: v.optional(v.string()),
        version_after: v.optional(v.string()),
        /** Whether a token was obtained with the document. */
        tested: v.boolean(),
      }),
    ),
    /** Credentials that a listing named. */
    listed: v.optional(whole),
    upstream: v.optional(v.picklist(['revoked', 'unsupported', 'other_credential', 'failed'])),
    /** Name of the recipe of a rotation. */
    recipe: v.optional(v.string()),
    rotation_step: v.optional(v.picklist(['create', 'set', 'test', 'finish', 'remove'])),
    function_version: v.optional(v.string()),
    policy_version: v.optional(v.string()),
    configuration_digest: v.optional(v.string()),
  }),
});

export type AuditRecord = v.InferOutput<typeof auditRecordSchema>;
