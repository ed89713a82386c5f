import type { AuditedMint } from '../audit/audited-mint.ts';
import type { AuditedAccess, RevokedUpstream } from '../audit/event.ts';
import type { AuditedRegistration } from '../audit/registration.ts';
import { VendError } from '../errors/vend-error.ts';
import type { MintedToken } from '../token/minted-token.ts';
import { AccessDenied } from './authorizer.ts';
import { MintError } from './mint-error.ts';

/** A token is about to be requested. */
export interface Announced {
  readonly kind: 'announced';
  readonly access: AuditedAccess;
  readonly mintId: string;
}

/** A token was obtained. */
export interface Minted {
  readonly kind: 'minted';
  readonly access: AuditedAccess;
  readonly mint: AuditedMint;
  readonly token: MintedToken;
}

/** A token is about to be returned. */
export interface Vended {
  readonly kind: 'vended';
  readonly access: AuditedAccess;
  readonly vendId: string;
  readonly token: MintedToken;
  /** `minted` only for the caller whose request caused the mint. */
  readonly source: 'minted' | 'cached';
  /** Whole seconds that the token still lives. */
  readonly secondsLeft: number;
}

export interface Introspected {
  readonly kind: 'introspected';
  readonly access: AuditedAccess;
  /** SHA-256 (hex) of the token. */
  readonly tokenSha256: string;
  readonly active: boolean;
}

/** A token is about to be sent to the revocation endpoint. */
export interface RevocationAnnounced {
  readonly kind: 'revocation-announced';
  readonly access: AuditedAccess;
  /** SHA-256 (hex) of the token. */
  readonly tokenSha256: string;
}

export interface Revoked {
  readonly kind: 'revoked';
  readonly access: AuditedAccess;
  /** SHA-256 (hex) of the token. */
  readonly tokenSha256: string;
  /** Cached copies that were dropped in this process. */
  readonly evicted: number;
  readonly upstream: RevokedUpstream | 'failed';
}

export interface Evaluated {
  readonly kind: 'evaluated';
  /** The decision in it is the response. */
  readonly access: AuditedAccess;
  /** ARN of the evaluated principal. */
  readonly subject: string;
}

/** A change of a credential is about to be written. */
export interface RegistrationAnnounced {
  readonly kind: 'registration-announced';
  readonly access: AuditedAccess;
  readonly registration: AuditedRegistration;
}

export interface Registered {
  readonly kind: 'registered';
  readonly access: AuditedAccess;
  readonly registration: AuditedRegistration;
}

export interface Listed {
  readonly kind: 'listed';
  /** Of the description of one credential. */
  readonly access?: AuditedAccess;
  readonly policyVersion: string;
  /** How many credentials the response names. */
  readonly listed: number;
}

/** The request ended before it was served. */
export interface Failed {
  readonly kind: 'failed';
  readonly error: VendError;
  /** The requested access and the decision, if policy decided. */
  readonly access?: AuditedAccess | undefined;
  /** The mint that was announced for this request and failed. */
  readonly mintId?: string | undefined;
}

/** An outcome of a request. Each is one audit record and its metrics. */
export type Outcome =
  | Announced
  | Minted
  | Vended
  | Introspected
  | RevocationAnnounced
  | Revoked
  | Evaluated
  | RegistrationAnnounced
  | Registered
  | Listed
  | Failed;

/** The end of a request: a response or an error. */
export type Ending = Served | Failed;

/** The request was served. */
export interface Served {
  readonly kind: 'served';
  /** It becomes the JSON body. */
  readonly response: unknown;
  /** HTTP status; default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Runs the work that follows a decision. An error ends the request with the decision so far:
 * `access`, unless the error itself is a later decision.
 */
export async function endingWith(
  access: AuditedAccess,
  work: () => Promise<unknown>,
): Promise<Ending> {
  return await endingOf(access, async () => ({ kind: 'served', response: await work() }));
}

/** As {@link endingWith}, for a response with a status or headers of its own. */
export async function endingOf(
  access: AuditedAccess,
  work: () => Promise<Served>,
): Promise<Ending> {
  try {
    return await work();
  } catch (thrown) {
    return failed(thrown, access);
  }
}

/** The ending of an error. */
export function failed(thrown: unknown, access?: AuditedAccess): Failed {
  const error = VendError.from(thrown);
  return {
    kind: 'failed',
    error,
    access: error instanceof AccessDenied ? error.access : access,
    mintId: error instanceof MintError ? error.mintId : undefined,
  };
}
