/**
 * Every duration of the system, in milliseconds. A duration inside another one must be shorter: an
 * attempt within a grant, a grant within a request, a request within the function's time.
 * ARCHITECTURE.md prints this file as a table.
 */

// The vending function

/** Lambda ends an invocation of the vending function. */
export const FUNCTION_TIMEOUT = 15_000;
/** All of one request; what is left of the function's time is for the audit record and the response. */
export const REQUEST_TIMEOUT = 12_000;
/** Metadata, token and keys of one grant together; likewise of one revocation or introspection. */
export const GRANT_TIMEOUT = 8_000;
/** One attempt at the authorization server; OCMS takes 4.5 s when cold. */
export const ATTEMPT_TIMEOUT = 5_000;
/** Reading metadata, with all attempts. */
export const METADATA_TIMEOUT = 6_000;
/** Reading metadata if older metadata or a fallback is at hand. */
export const METADATA_TIMEOUT_WITH_FALLBACK = 2_000;
/** Reading one secret. */
export const SECRET_TIMEOUT = 5_000;
/** One of two attempts to store audit records. */
export const AUDIT_ATTEMPT_TIMEOUT = 1_000;
/** The longest that a caller waits for a renewal while a valid token is at hand. */
export const RENEWAL_PATIENCE = 3_000;
/** A connection that carries nothing is closed. */
export const IDLE_CONNECTION_CLOSED_AFTER = 60_000;

// Operation

/** Lambda ends an invocation of the prober. */
export const PROBE_TIMEOUT = 60_000;
/** Between two invocations of the prober. */
export const PROBE_EVERY = 300_000;
/** The prober is not invoked later than this. */
export const PROBE_LATEST = 60_000;
/** The verifier of the audit log knows an intent for this long; the mint that it announces takes seconds. */
export const INTENT_KNOWN_FOR = 3_600_000;
/** `audit tail --follow` looks for new records. */
export const FOLLOW_LOG_EVERY = 1_000;

// Retries

/** The first wait before another attempt at the authorization server, doubled at each; full jitter. */
export const FIRST_BACKOFF = 200;
/** The longest `Retry-After` that is taken from an authorization server. */
export const LONGEST_RETRY_AFTER = 3_600_000;
/** The first rest of an open circuit; from the eleventh probe on doubled at each. */
export const FIRST_REST = 1_000;
/** The longest rest of an open circuit. */
export const LONGEST_REST = 30_000;

// Caches

/** A credential document is used without reading it again. */
export const DOCUMENT_FRESH_FOR = 60_000;
/** Between two readings past the cache while the server refuses the client. */
export const DOCUMENT_REREAD_EVERY = 2_000;
/** After a change of the secret, the version before it is worth a try. */
export const PREVIOUS_SECRET_USABLE_FOR = 3_600_000;
/** A refused version of a secret is not presented again. */
export const REFUSAL_REMEMBERED_FOR = 30_000;
/** Server metadata is used without reading it again. */
export const METADATA_FRESH_FOR = 3_600_000;
/** Server metadata is used while it cannot be read again. */
export const METADATA_STALE_FOR = 86_400_000;
/** Between two readings of metadata that could not be read. */
export const METADATA_REREAD_EVERY = 30_000;
/** A key set (JWKS) is used without reading it again. */
export const KEYS_FRESH_FOR = 600_000;
/** Between two readings of a key set in which the key of a token is missing. */
export const KEYS_REREAD_EVERY = 2_000;

// Tokens

/** The longest lifetime of a token that is believed: 366 days. */
export const LONGEST_LIFETIME = 31_622_400_000;
/** The longest `min_ttl` that may be asked for. */
export const LONGEST_MIN_TTL = 86_400_000;
/** `min_ttl` of a request that names none. */
export const DEFAULT_MIN_TTL = 60_000;
/** The longest refresh window; a tenth of the lifetime if that is less. */
export const LONGEST_REFRESH_WINDOW = 300_000;
/** After a renewal that failed, the token at hand is vended without another one. */
export const AFTER_FAILED_RENEWAL = 30_000;
/** An error that a retry does not mend is thrown again without asking. */
export const ERROR_HELD_FOR = 30_000;
/** A token that was minted within this time lives as long as a new one would. */
export const RECENT_MINT = 60_000;
/** The clock of an authorization server may be ahead by this (`nbf`). */
export const CLOCK_LEEWAY = 30_000;

// Clients of the endpoint

/** One attempt of the SDK, the command line and the providers. */
export const CLIENT_ATTEMPT_TIMEOUT = 15_000;
/** All attempts of the SDK and the waits between them. */
export const CLIENT_BUDGET = 60_000;
/** The first wait of the SDK before another attempt, doubled at each; full jitter. */
export const CLIENT_FIRST_BACKOFF = 500;
/** An assumed AWS session is renewed this long before it ends. */
export const SESSION_RENEWED_AHEAD = 300_000;
/** The clock of a machine may be off by this; AWS refuses signatures that are five minutes off. */
export const CLOCK_SKEW_TOLERATED = 240_000;
/** `doctor` takes the clock of a machine for right. */
export const CLOCK_SKEW_UNNOTICED = 5_000;
/** `doctor` waits for `terraform version`. */
export const TERRAFORM_VERSION_TIMEOUT = 10_000;
/** `serve` waits for a request that has begun. */
export const SERVE_REQUEST_TIMEOUT = 10_000;
/** `version` waits for the version of the endpoint. */
export const ENDPOINT_VERSION_TIMEOUT = 2_000;
/** After the first interrupt, a write that was sent is waited for. */
export const WRITE_GRACE = 10_000;

// Terraform providers

/** An ephemeral token is reported this long before it expires; halfway, if it lives for less than twice as long. */
export const EXPIRY_REPORTED_AHEAD = 30_000;
/** The shortest time between two renewals of an ephemeral resource. */
export const SHORTEST_RENEWAL_INTERVAL = 1_000;
/** Closing one ephemeral resource. */
export const CLOSE_TIMEOUT = 10_000;
/** After Shutdown, a client that keeps its connection is waited for; Terraform kills after 2 s. */
export const EXIT_GRACE = 1_000;
/** Between two looks whether Terraform still runs. */
export const ORPHAN_CHECK_EVERY = 2_000;
/** The certificate of one process of a provider is valid. */
export const PLUGIN_CERTIFICATE_VALID_FOR = 2_592_000_000;
/** The same certificate is valid from this long before it was made. */
export const PLUGIN_CERTIFICATE_BACKDATED_BY = 3_600_000;

// Provider hiiretail

/** All that one token takes: its revocation if it was rejected, attempts, and the waits between them. */
export const TOKEN_BUDGET = 120_000;
/** The part of it that revoking a rejected token may take. */
export const EVICTION_BUDGET = 40_000;
/** All attempts of one call of the IAM API and the waits between them. */
export const API_CALL_BUDGET = 300_000;
/** One attempt of a call; `timeout_seconds`. */
export const API_ATTEMPT_TIMEOUT = 30_000;
/** The first wait before another attempt, doubled at each; jitter of a quarter. */
export const API_FIRST_BACKOFF = 1_000;
/** The longest of these waits. */
export const API_LONGEST_BACKOFF = 30_000;
/** The longest `Retry-After` that is waited for. */
export const API_LONGEST_RETRY_AFTER = 60_000;
/** The API shows a write that it has accepted. */
export const STORED_WITHIN = 60_000;
/** The API shows nothing at all of a write, or still shows what was deleted. */
export const ABSENT_WITHIN = 30_000;
/** The first wait between two readings of what was written; each half as long again. */
export const STORED_FIRST_POLL = 500;
/** The longest of these waits. */
export const STORED_LONGEST_POLL = 5_000;
