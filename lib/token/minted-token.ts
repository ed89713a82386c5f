import type { CheckedToken } from '../grant/check.ts';

/** A minted token as it is held in memory. Holds a token: never log it. */
export interface MintedToken extends CheckedToken {
  readonly mintId: string;
  /** `team/name`. */
  readonly credential: string;
  /** Whether the server had issued the same token before. Then `issuedAt` is the first time. */
  readonly repeated?: boolean | undefined;
}
