import type { ServerMetadata } from './server-metadata.ts';
import type { TokenResponse } from './token-response.ts';

/** What one stage of a grant found. */
export type GrantFinding =
  | { readonly stage: 'metadata'; readonly metadata: ServerMetadata }
  /** The parameters as they are sent, without the client authentication. */
  | { readonly stage: 'request'; readonly parameters: URLSearchParams }
  /** Holds a token: never print it as a whole. */
  | { readonly stage: 'response'; readonly response: TokenResponse };
