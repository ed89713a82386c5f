import type { HttpsTransport } from '../lib/http/https-transport.ts';
import type { SigningService } from './endpoint.ts';
import type { AwsCredentials } from './sigv4-signer.ts';

/** The endpoint, the identity that calls it, and the time limits of a call. */
export interface TokenClientOptions {
  /** URL of the function or API; the SDK does not read `TOKEN_VENDING_ENDPOINT` itself. */
  readonly endpoint: string | undefined;
  /** Required if the host of the endpoint does not name it. */
  readonly region?: string | undefined;
  /**
   * Service name of the signature; default: as the host names it, else `lambda`. A REST API with a
   * domain of its own needs `execute-api`.
   */
  readonly signingService?: SigningService | undefined;
  /** Profile of the AWS configuration; default: the AWS default credential chain. */
  readonly profile?: string | undefined;
  /** Instead of the chain. */
  readonly credentials?: (() => Promise<AwsCredentials>) | undefined;
  /** Milliseconds for one attempt; default 15,000. */
  readonly timeout?: number | undefined;
  /** Further attempts after the first; default 3. */
  readonly maxRetries?: number | undefined;
  /** Milliseconds for all attempts and the waits between them; default 60,000. */
  readonly budget?: number | undefined;
  /** Names proxies: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`; default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Instead of `node:https`, for instance in tests. */
  readonly transport?: HttpsTransport | undefined;
  readonly now?: (() => number) | undefined;
}
