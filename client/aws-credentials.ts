import type { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { Clock } from '../lib/time/clock.ts';
import { credentialsInTime } from './credentials-in-time.ts';
import { openProxies } from './proxy-agent.ts';
import type { AwsCredentials } from './sigv4-signer.ts';
import { TokenVendingError } from './token-vending-error.ts';

/**
 * The AWS default credential chain: environment, SSO, web identity, process, container, instance.
 * It is loaded when first needed, because it is the largest module of the SDK. Credentials are read
 * again shortly before they expire.
 *
 * @throws {@link TokenVendingError} `aws_credentials_unavailable`, `proxy_invalid`, from the
 *   function that it returns
 */
export function findAwsCredentials(
  profile: string | undefined,
  { clock, open = openChain }: ChainPorts = {},
): () => Promise<AwsCredentials> {
  let provider: ReturnType<typeof open> | undefined;
  return async () => {
    try {
      return await credentialsInTime(async () => {
        provider ??= open(profile);
        return await (await provider)();
      }, clock);
    } catch (cause) {
      // Callers of a chain share one reading. If it never settles, only another chain reads again.
      provider = undefined;
      if (cause instanceof TokenVendingError) throw cause;
      throw new TokenVendingError('aws_credentials_unavailable', { cause });
    }
  };
}

interface ChainPorts {
  readonly clock?: Clock;
  /** Default: the default credential chain of the AWS SDK. */
  readonly open?: (profile: string | undefined) => Promise<() => Promise<AwsCredentials>>;
}

/** Credentials of clients of the AWS SDK. */
export type SdkIdentity = Awaited<ReturnType<ReturnType<typeof defaultProvider>>>;

/** The same credentials for clients of the AWS SDK, which distinguish absent from undefined. */
export function toSdkIdentity(credentials: AwsCredentials): SdkIdentity {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiration === undefined ? {} : { expiration }),
  };
}

/**
 * Options of a client of the AWS SDK, which follows no proxy by itself.
 *
 * @throws {@link TokenVendingError} `proxy_invalid`
 */
export function proxied(): {
  requestHandler?: { httpsAgent: NonNullable<ReturnType<typeof openProxies>['secure']> };
} {
  const { secure } = openProxies();
  return secure === undefined ? {} : { requestHandler: { httpsAgent: secure } };
}

async function openChain(profile: string | undefined): Promise<() => Promise<AwsCredentials>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider({
    ...(profile === undefined ? {} : { profile }),
    clientConfig: proxied(),
  });
}
