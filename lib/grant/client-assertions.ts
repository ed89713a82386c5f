import type { KeylessAuthentication } from '../credential/client-authentication.ts';

/** A client assertion (RFC 7523 section 3) that AWS signs. */
export interface AssertionRequest {
  readonly authentication: KeylessAuthentication;
  readonly clientId: string;
  /** `aud` of the assertion. */
  readonly audience: string;
  readonly signal: AbortSignal;
}

/** Port: assertions of clients whose document contains no key. */
export interface ClientAssertions {
  /**
   * @returns a JWT in compact form
   * @throws VendError `credential_invalid` (the key or the identity cannot sign), `secrets_unavailable`
   *   (AWS is out of reach)
   */
  issue(request: AssertionRequest): Promise<string>;
}
