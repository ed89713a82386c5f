/** Every duration of the system, in milliseconds. A step has less time than the step that contains it: an attempt, a grant, a request, the function. ARCHITECTURE.md prints this file as tables. */
// The vending function
/** The limit for one invocation of the vending function. Lambda enforces it. */
export const FUNCTION_TIMEOUT = 15_000;
/** The limit for one request. The remaining 3 s of the function's time are for the audit record and the response. */
export const REQUEST_TIMEOUT = 12_000;
/** The limit for the metadata, the token and the keys of one grant together. It also limits one revocation or introspection. */
export const GRANT_TIMEOUT = 8_000;
/** The limit for one read of a key set. A probe of a failing server starts only if its caller has this much time left, because a slow server responds in 4.5 s. */
export const ATTEMPT_TIMEOUT = 5_000;
/** The limit for reading server metadata, with all attempts. */
export const METADATA_TIMEOUT = 6_000;
/** The limit for reading server metadata if the function has older metadata or a fallback. */
export const METADATA_TIMEOUT_WITH_FALLBACK = 2_000;
/** The limit for reading one secret. */
export const SECRET_TIMEOUT = 5_000;
/** The limit for one assertion that AWS signs, with all attempts. */
export const SIGNING_TIMEOUT = 4_000;
/** The limit for one attempt of it. There are two attempts. */
export const SIGNING_ATTEMPT_TIMEOUT = 2_000;
/** For this long after its creation, an assertion that AWS KMS signs is valid. */
export const ASSERTION_VALID_FOR = 60_000;
/** For this long after its creation, an assertion of AWS STS is valid. STS allows 1 min to 1 h. */
export const WEB_IDENTITY_VALID_FOR = 300_000;
/** The limit for one attempt to store audit records. There are two attempts. */
export const AUDIT_ATTEMPT_TIMEOUT = 1_000;
/** The limit for such an attempt if the store cannot be interrupted, such as a disk. */
export const AUDIT_ATTEMPT_GIVEN_UP_AFTER = 5_000;
/** The limit for the wait of a caller for a renewal if the cached token still lives long enough. */
export const RENEWAL_PATIENCE = 3_000;
/** The shortest such wait. If the cached token lives too shortly for it, its caller waits for the new token as if there were none. */
export const SHORTEST_PATIENCE = 1_000;
/** The limit for an idle connection. The process then closes it. */
export const IDLE_CONNECTION_CLOSED_AFTER = 60_000;

// Operation
/** The limit for one invocation of the registry. Lambda enforces it. A REST API allows no more. */
export const REGISTRY_FUNCTION_TIMEOUT = 29_000;
/** The limit for writing a change that was announced. It also holds after the caller has left. */
export const REGISTRY_WRITE_TIMEOUT = 6_000;
/** The limit for one invocation of the prober. Lambda enforces it. */
export const PROBE_TIMEOUT = 60_000;
/** The interval between two invocations of the prober. */
export const PROBE_EVERY = 300_000;
/** The limit for the delay of an invocation of the prober. EventBridge drops a later one. */
export const PROBE_LATEST = 60_000;
/** The limit for one invocation of the function that anchors the audit log. Lambda enforces it. */
export const ANCHOR_TIMEOUT = 900_000;
/** The interval between two anchors of the audit log. */
export const ANCHOR_EVERY = 3_600_000;
/** For this long without an anchor, the alarm on missing anchors waits. */
export const ANCHORS_MISSED_AFTER = 10_800_000;
/** The limit for one step of a rotation. Lambda enforces it. */
export const ROTATION_TIMEOUT = 300_000;
/** The limit for the work of one step. The remaining 10 s of the function's time are for the audit record. */
export const ROTATION_STEP_TIMEOUT = 290_000;
/** The limit for writing how far a rotation is, after each step. */
export const ROTATION_NOTE_TIMEOUT = 3_000;
/** The interval between two searches for old secrets whose overlap is over. */
export const OVERLAPS_SEARCHED_EVERY = 3_600_000;
/** The limit for the removal of one old secret. */
export const OVERLAP_REMOVAL_TIMEOUT = 30_000;
/** The interval between two tests of a new secret that the server does not know yet. */
export const ROTATION_TEST_EVERY = 5_000;
/** This long before a client certificate expires, doctor and an alarm say so. */
export const CERTIFICATE_RENEWED_BEFORE = 2_592_000_000;
/** The limit for the time by which a record of the audit log may be older than a record before it in its chain. Clocks are corrected. */
export const RECORD_TIME_TOLERANCE = 60_000;
/** Within this time a principal gets the whole of a spent budget back. */
export const BUDGET_REFILLED_WITHIN = 60_000;
/** The verifier of the audit log assumes that the intent record of a revocation, a registration or a rotation is at most this much older. */
export const INTENT_KNOWN_FOR = 3_600_000;
/** The interval between two reads of the log by `audit tail --follow`. */
export const FOLLOW_LOG_EVERY = 1_000;
// Retries
/** The longest wait before the first retry at the authorization server. It doubles at each retry; the jitter is full. */
export const FIRST_BACKOFF = 200;
/** The limit for the `Retry-After` of an authorization server. A longer value is reduced to this limit. */
export const LONGEST_RETRY_AFTER = 3_600_000;
/** The interval between probes of an open circuit. From the eleventh probe on, it doubles at each probe. */
export const FIRST_REST = 1_000;
/** The limit for the interval between probes of an open circuit. */
export const LONGEST_REST = 30_000;
// Caches
/** For this long after a read, the function uses a credential document without reading it again. */
export const DOCUMENT_FRESH_FOR = 60_000;
/** The shortest time between two reads of a credential document while the authorization server refuses the secret. */
export const DOCUMENT_REREAD_EVERY = 2_000;
/** For this long after a change of the secret, the function tries the previous version if the server refuses the current one. */
export const PREVIOUS_SECRET_USABLE_FOR = 3_600_000;
/** For this long after every version was refused, the function waits for the version of a rotation. */
export const ROTATED_SECRET_AWAITED_FOR = 3_000;
/** The interval between the reads of such a wait. */
export const ROTATED_SECRET_READ_EVERY = 250;
/** For this long after a refusal, the function does not present the same version of the secret again. */
export const REFUSAL_REMEMBERED_FOR = 30_000;
/** For this long after a read, the function uses server metadata without reading it again. */
export const METADATA_FRESH_FOR = 3_600_000;
/** For this long after a read, the function uses server metadata if it cannot read it again. */
export const METADATA_STALE_FOR = 86_400_000;
/** The interval between attempts to read server metadata while the function uses older metadata or a fallback. */
export const METADATA_REREAD_EVERY = 30_000;
/** For this long after a read, the function uses a key set (JWKS) without reading it again. */
export const KEYS_FRESH_FOR = 600_000;
/** For this long after a read, the function uses a key set if it cannot read it again. */
export const KEYS_STALE_FOR = 86_400_000;
/** The shortest time between two reads of a key set that lacks the key of a token. */
export const KEYS_REREAD_EVERY = 2_000;
// Tokens
/** The limit for the lifetime of a token: 10 years. A longer one counts as this. */
export const LONGEST_LIFETIME = 315_360_000_000;
/** The limit for the `min_ttl` of a request. */
export const LONGEST_MIN_TTL = 86_400_000;
/** The limit for the refresh window, which is 10 % of the lifetime. */
export const LONGEST_REFRESH_WINDOW = 300_000;
/** For this long after a failed renewal, the function vends the cached token and does not renew it. */
export const AFTER_FAILED_RENEWAL = 30_000;
/** For this long after an error that is not retryable, a token holder throws the same error without a new request. */
export const ERROR_HELD_FOR = 30_000;
/** For this long after a mint, the function assumes that another token would not live longer. */
export const RECENT_MINT = 60_000;
/** The age of a cached token from which on it is due for renewal, however long it lives. */
export const TOKEN_FRESH_FOR = 86_400_000;
/** For this long, the function does not return a revoked or rejected token again if it does not know when the token ends. */
export const DROPPED_TOKEN_REMEMBERED_FOR = 86_400_000;
/** The shortest time between two mints of a credential that replace rejected tokens. */
export const REJECTED_TOKEN_REPLACED_EVERY = 10_000;
/** The shortest wait for a new token of a server that repeats its token. */
export const SHORTEST_REPEAT_WAIT = 250;
/** The time of a request that is left for the new token if it waits until a repeated token ends. */
export const LEFT_AFTER_REPEATED_TOKEN = 2_000;
/** For this long before and after the end of a token, a rejected token response means that the server still repeats that token. */
export const REPEATED_TOKEN_ENDS_WITHIN = 2_000;
/** The limit for the clock skew of an authorization server when the function checks `nbf`. */
export const CLOCK_LEEWAY = 30_000;
// Clients of the endpoint
/** The limit for one attempt of the SDK, the command line or a provider. */
export const CLIENT_ATTEMPT_TIMEOUT = 15_000;
/** The limit for all attempts of one call of the SDK and the waits between them. */
export const CLIENT_BUDGET = 60_000;
/** The longest wait of the SDK before the first retry. It doubles at each retry; the jitter is full. */
export const CLIENT_FIRST_BACKOFF = 500;
/** The limit for the AWS credentials that sign a request. A user may have to confirm them. */
export const AWS_CREDENTIALS_TIMEOUT = 120_000;
/** The time before the end of an assumed AWS session from which on the client renews it. */
export const SESSION_RENEWED_AHEAD = 300_000;
/** The limit for the clock skew of a machine. AWS refuses a signature whose time is off by more than 5 min. */
export const CLOCK_SKEW_TOLERATED = 240_000;
/** The limit for the clock skew that `doctor` does not mention. */
export const CLOCK_SKEW_UNNOTICED = 5_000;
/** The limit for `terraform version`, which `doctor` runs. */
export const TERRAFORM_VERSION_TIMEOUT = 10_000;
/** The limit for receiving one request at the token endpoint of `serve`. */
export const SERVE_REQUEST_TIMEOUT = 10_000;
/** The limit for reading the endpoint's version. The command `version` reads it. */
export const ENDPOINT_VERSION_TIMEOUT = 2_000;
/** The interval between two reads of a rotation that `credentials rotate` follows. */
export const ROTATION_POLLED_EVERY = 2_000;
/** For this long after the first interrupt, a provider waits for the response to a change that it has sent. */
export const WRITE_GRACE = 10_000;

// Terraform providers
/** The time before the expiry of an ephemeral token at which the provider reports it; at most half of the remaining lifetime. */
export const EXPIRY_REPORTED_AHEAD = 30_000;
/** The shortest time between two renewals of an ephemeral resource. */
export const SHORTEST_RENEWAL_INTERVAL = 1_000;
/** The limit for closing one ephemeral resource. */
export const CLOSE_TIMEOUT = 10_000;
/** For this long after Shutdown, a provider waits until its client disconnects. Terraform kills the provider after 2 s. */
export const EXIT_GRACE = 1_000;
/** The interval between two checks of a provider whether Terraform still runs. */
export const ORPHAN_CHECK_EVERY = 2_000;
/** For this long after its creation, the certificate of a provider's process is valid. */
export const PLUGIN_CERTIFICATE_VALID_FOR = 2_592_000_000;
/** The time before its creation from which on the same certificate is valid. */
export const PLUGIN_CERTIFICATE_BACKDATED_BY = 3_600_000;

// Provider hiiretail
/** The limit for getting one token: the revocation of a rejected token, all attempts, and the waits between them. */
export const TOKEN_BUDGET = 120_000;
/** The limit for the revocation of a rejected token. It is a part of `TOKEN_BUDGET`. */
export const EVICTION_BUDGET = 40_000;
/** The limit for all attempts of one call of the IAM API and the waits between them. */
export const API_CALL_BUDGET = 300_000;
/** The limit for one attempt of a call. The setting `timeout_seconds` replaces it. */
export const API_ATTEMPT_TIMEOUT = 30_000;
/** The wait before the first retry of a call. It doubles at each retry; the jitter is 25 %. */
export const API_FIRST_BACKOFF = 1_000;
/** The limit for the wait before a retry of a call. */
export const API_LONGEST_BACKOFF = 30_000;
/** The limit for the `Retry-After` of the IAM API. After a longer one, the provider does not retry the call. */
export const API_LONGEST_RETRY_AFTER = 60_000;
/** The limit for the time that the API takes until it shows an accepted write. */
export const STORED_WITHIN = 60_000;
/** The limit for the time in which the API shows nothing of a new object, or still shows a deleted one. */
export const ABSENT_WITHIN = 30_000;
/** The wait between the first two reads of a written object. Each further wait is 1.5 times as long. */
export const STORED_FIRST_POLL = 500;
/** The limit for the wait between two reads of a written object. */
export const STORED_LONGEST_POLL = 5_000;
