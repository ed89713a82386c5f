import type { Caller } from '../access/caller.ts';
import type { AccessAction, AccessContext, AccessDecision } from '../access/policy.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import type { AuditedMint, AuditedToken } from './audited-mint.ts';
import type { AuditedRegistration } from './registration.ts';
import type { AuditedRotation } from './rotation-step.ts';

/** The request of a record. */
export interface AuditedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  /** Absent if the platform verified no caller. */
  readonly caller: Caller | undefined;
}

/** What the caller requested. Its strings are validated, but the caller chose them. */
export interface AuditedAccess {
  readonly action: AccessAction;
  /** `team/name`. */
  readonly credential: string;
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  /** Seconds. */
  readonly minTtl: number;
  /** SHA-256 (hex) of a token that an API rejected. */
  readonly rejectedTokenSha256?: string | undefined;
  /** The status that a change gives the credential. */
  readonly status?: AccessContext['status'];
  readonly decision: AccessDecision;
}

/**
 * What became of a revocation at the authorization server. `other_credential`: the token is not of
 * this credential, and was not sent.
 */
export type RevokedUpstream = 'revoked' | 'unsupported' | 'other_credential';

/**
 * One decision or action. Each kind has the members that an auditor needs to prove it, and no
 * others.
 */
export type AuditEvent =
  | {
      readonly kind: 'process-start';
      readonly functionVersion: string;
      readonly policyVersion: string;
      /** SHA-256 (hex) of the configuration. */
      readonly configurationDigest: string;
    }
  | ({
      readonly kind: 'mint-intent';
      readonly access: AuditedAccess;
      readonly mint: AuditedMintIntent;
    } & InRequest)
  | ({
      readonly kind: 'mint';
      readonly access: AuditedAccess;
      readonly mint: AuditedMint;
      readonly token: AuditedToken;
    } & InRequest)
  | ({
      readonly kind: 'vend';
      readonly access: AuditedAccess;
      readonly vendId: string;
      readonly mintId: string;
      readonly source: 'minted' | 'cached';
      readonly token: AuditedToken;
      /** Seconds that the token still lives at the response. */
      readonly remainingLifetime: number;
      /** Milliseconds by stage, so far. */
      readonly stages: Readonly<Record<string, number>>;
    } & InRequest)
  /** Denied by policy, or because the caller could not be identified. */
  | ({
      readonly kind: 'denial';
      readonly access: AuditedAccess | undefined;
      readonly code: ErrorCode;
    } & InRequest)
  /**
   * Allowed by policy, rejected for another reason: ceiling, disabled credential, malformed request
   * or document.
   */
  | ({
      readonly kind: 'refusal';
      readonly access: AuditedAccess | undefined;
      readonly code: ErrorCode;
    } & InRequest)
  | ({
      readonly kind: 'upstream-failure';
      readonly access: AuditedAccess;
      readonly mintId: string | undefined;
      readonly code: ErrorCode;
    } & InRequest)
  /** An access evaluation. Nothing was issued. */
  | ({
      readonly kind: 'evaluation';
      /** The decision is the response. */
      readonly access: AuditedAccess;
      /** Principal of the evaluation. */
      readonly subject: string;
    } & InRequest)
  | ({
      readonly kind: 'introspection';
      readonly access: AuditedAccess;
      readonly tokenSha256: string;
      readonly active: boolean;
    } & InRequest)
  /** A token is about to be dropped and sent to the revocation endpoint. */
  | ({
      readonly kind: 'revocation-intent';
      readonly access: AuditedAccess;
      readonly tokenSha256: string;
    } & InRequest)
  | ({
      readonly kind: 'revocation';
      readonly access: AuditedAccess;
      readonly tokenSha256: string;
      /** Cached copies that were dropped in this process. */
      readonly evicted: number;
      readonly upstream: RevokedUpstream | 'failed';
    } & InRequest)
  /** A credential is about to be created, changed, deleted, restored or rotated, and was. */
  | ({
      readonly kind: 'registration-intent' | 'registration';
      readonly access: AuditedAccess;
      readonly registration: AuditedRegistration;
    } & InRequest)
  /** A list of the credentials that the caller may describe, or a description of one of them. */
  | ({
      readonly kind: 'listing';
      /** Of the description of one credential. */
      readonly access?: AuditedAccess | undefined;
      readonly policyVersion: string;
      /** How many credentials it names. */
      readonly listed: number;
    } & InRequest)
  /** A step of a rotation is about to call the authorization server and Secrets Manager. */
  | { readonly kind: 'rotation-intent'; readonly rotation: AuditedRotation }
  | {
      readonly kind: 'rotation';
      readonly rotation: AuditedRotation;
      /** The tokens that the step obtained: of the admin credential, and those of tests. */
      readonly tokens: readonly { readonly credential: string; readonly sha256: string }[];
      /** Why it failed; absent if it did not. */
      readonly code?: ErrorCode;
    };

/**
 * The members that are known before the secret and the metadata are read. The intent is written
 * meanwhile.
 */
export interface AuditedMintIntent {
  readonly mintId: string;
}

interface InRequest {
  readonly request: AuditedRequest;
}
