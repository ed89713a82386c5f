import type { ReceivedResponse } from './received-response.ts';
import type { ServerMetadata } from './server-metadata.ts';
import type { TokenClaims } from './token-claims.ts';
import type { TokenResponse } from './token-response.ts';
import type { ComparedKeys } from './token-verifier.ts';

/** What one stage of a grant found, in the order of the stages. */
export type GrantFinding =
  | { readonly stage: 'metadata'; readonly metadata: ServerMetadata }
  /** The parameters as they are sent, without the client authentication. */
  | { readonly stage: 'request'; readonly parameters: URLSearchParams }
  /** A response of the token endpoint: one for each attempt. */
  | { readonly stage: 'response'; readonly response: ReceivedResponse }
  /** Holds a token: never print it as a whole. */
  | { readonly stage: 'token'; readonly response: TokenResponse }
  | { readonly stage: 'keys'; readonly jwksUri: string; readonly compared: ComparedKeys }
  /** Of a JWT whose signature is valid. */
  | { readonly stage: 'claims'; readonly claims: TokenClaims };
