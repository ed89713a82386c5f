import type { Clock } from '../lib/time/clock.ts';
import { SESSION_RENEWED_AHEAD } from '../lib/time/time-budget.ts';
import { proxied, toSdkIdentity } from './aws-credentials.ts';
import { credentialsInTime } from './credentials-in-time.ts';
import type { AwsCredentials } from './sigv4-signer.ts';
import { TokenVendingError } from './token-vending-error.ts';

export interface RoleToAssume {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
  /** Seconds. */
  readonly duration: number;
}

/**
 * Credentials of a role that is assumed with other credentials, and assumed again shortly before
 * the session ends.
 *
 * @throws {@link TokenVendingError} `aws_credentials_unavailable`, from the function that it
 *   returns
 */
export function assumeRole(
  base: () => Promise<AwsCredentials>,
  role: RoleToAssume,
  region: string | undefined,
  clock?: Clock,
): () => Promise<AwsCredentials> {
  let session: Promise<AwsCredentials> | undefined;
  return async () => {
    const held = await session?.catch(() => undefined);
    const left = (held?.expiration?.getTime() ?? 0) - Date.now();
    if (held !== undefined && left > SESSION_RENEWED_AHEAD) return held;
    session = credentialsInTime(() => openSession(base, role, region), clock);
    return await session;
  };
}

async function openSession(
  base: () => Promise<AwsCredentials>,
  { roleArn, sessionName, externalId, duration }: RoleToAssume,
  region: string | undefined,
): Promise<AwsCredentials> {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const masterCredentials = async () => toSdkIdentity(await base());
  try {
    const assume = fromTemporaryCredentials({
      masterCredentials,
      params: {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: duration,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
      clientConfig: { ...proxied(), ...(region === undefined ? {} : { region }) },
    });
    return await assume();
  } catch (cause) {
    if (cause instanceof TokenVendingError) throw cause;
    throw new TokenVendingError('aws_credentials_unavailable', {
      says: `The role ${roleArn} could not be assumed.`,
      advice:
        'Check that the trust policy of the role names this identity (`aws sts get-caller-identity`). If it requires an external id, check the external id.',
      cause,
    });
  }
}
