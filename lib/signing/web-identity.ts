import { GetWebIdentityTokenCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';

/** Options of an SDK client; the SDK reads absent ones from the environment. */
export type StsOptions = Pick<
  STSClientConfig,
  'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'requestHandler'
>;

/** A statement of AWS about the identity of this process. */
export interface WebIdentityRequest {
  /** `aud` of the token. */
  readonly audience: string;
  /** `RS256` or `ES384`. */
  readonly alg: string;
  /** Seconds, from 60 to 3600. */
  readonly lifetime: number;
}

export interface WebIdentity {
  /**
   * @returns a JWT in compact form, whose `sub` is the role of this process
   * @throws errors of the SDK, not translated; the `reason` of the signal
   */
  issue(request: WebIdentityRequest, signal: AbortSignal): Promise<string>;
}

/**
 * Tokens of AWS STS (outbound web identity federation). The global endpoint does not issue them.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export function openWebIdentity(options: StsOptions = {}): WebIdentity {
  const client = new STSClient({ ...options, useGlobalEndpoint: false });
  return {
    async issue({ audience, alg, lifetime }, signal) {
      const command = new GetWebIdentityTokenCommand({
        Audience: [audience],
        SigningAlgorithm: alg,
        DurationSeconds: lifetime,
      });
      try {
        const { WebIdentityToken } = await client.send(command, { abortSignal: signal });
        if (WebIdentityToken === undefined)
          throw new Error('the response of STS contains no token');
        return WebIdentityToken;
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      }
    },
  };
}
