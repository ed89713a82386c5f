import type { defaultProvider } from '@aws-sdk/credential-provider-node';
import { openProxies } from './proxy-agent.ts';
import type { AwsCredentials } from './sigv4-signer.ts';
import { TokenVendingError } from './token-vending-error.ts';

/**
 * The AWS default credential chain: environment, SSO, web identity, process, container, instance.
 * It is loaded when first needed, because it is the largest module of the SDK. Credentials are read
 * again shortly before they expire.
 */
export function findAwsCredentials(profile: string | undefined): () => Promise<AwsCredentials> {
  let provider: Promise<() => Promise<AwsCredentials>> | undefined;
  return async () => {
    try {
      provider ??= openChain(profile);
      return await (await provider)();
    } catch (cause) {
      if (cause instanceof TokenVendingError) throw cause;
      throw new TokenVendingError('aws_credentials_unavailable', { cause });
    }
  };
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
