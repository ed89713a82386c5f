import type { HttpsTransport } from '../lib/http/https-transport.ts';
import type { AwsCredentials } from './sigv4-signer.ts';

/** Where the endpoint is, who calls it, and for how long one call may go on. */
export interface TokenClientOptions {
  /** URL of the function or API; `TOKEN_VENDING_ENDPOINT` of the caller's environment is the caller's business. */
  readonly endpoint: string | undefined;
  /** Needed where the endpoint's host does not say it. */
  readonly region?: string | undefined;
  /** Profile of the AWS configuration; default: the AWS default credential chain. */
  readonly profile?: string | undefined;
  /** In place of the chain. */
  readonly credentials?: (() => Promise<AwsCredentials>) | undefined;
  /** Milliseconds for one attempt; default 15,000. */
  readonly timeout?: number | undefined;
  /** Further attempts after the first; default 3. */
  readonly maxRetries?: number | undefined;
  /** Milliseconds for all attempts and the waits between them; default 60,000. */
  readonly budget?: number | undefined;
  /** In place of `node:https`: for a proxy, or for tests. */
  readonly transport?: HttpsTransport | undefined;
  readonly now?: (() => number) | undefined;
}
