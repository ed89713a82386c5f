import type { CredentialStatus } from '../credential/document.ts';
import type { CredentialId } from '../credential/id.ts';
import type { Caller } from './caller.ts';

/** The actions of policies/token-vending.cedarschema, in its order. */
export const ACCESS_ACTIONS = [
  'vendToken',
  'introspectToken',
  'revokeToken',
  'describeCredential',
  'explainAccess',
  'registerCredential',
  'switchCredential',
  'rotateCredential',
  'testCredential',
] as const;

export type AccessAction = (typeof ACCESS_ACTIONS)[number];

/** The context of a request; `context` in Cedar. */
export interface AccessContext {
  /** Scopes as requested, sorted, without repeats; empty if the caller named none. */
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  /** Seconds that the token must still live. */
  readonly minTtl: number;
  readonly sourceIp: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** The status that a change gives the credential; absent if it names none. */
  readonly status?: CredentialStatus | undefined;
}

export interface AccessRequest {
  readonly caller: Caller;
  readonly action: AccessAction;
  readonly credential: CredentialId;
  readonly context: AccessContext;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** `@id` of each policy that determined the decision; empty if none applied (default deny). */
  readonly policies: readonly string[];
  /**
   * `@id` of each permit that names this caller, action and credential, but whose conditions are not
   * met; only if no policy determined the deny.
   */
  readonly unmet: readonly string[];
  /** `@advice` of these policies if the decision is deny: what the caller can do. */
  readonly advice: readonly string[];
  /** Evaluation errors. Any error is a deny. */
  readonly errors: readonly string[];
  /** SHA-256 (hex) of the policies and schema that decided. */
  readonly policyVersion: string;
}

/**
 * Port: the policy decision. Pure and synchronous. It decides every request before any secret or
 * cache is touched, so a change of the policies applies at the next request.
 */
export interface AccessPolicy {
  /** SHA-256 (hex) of the policies and schema in force. */
  readonly version: string;
  decide(request: AccessRequest): AccessDecision;
}
