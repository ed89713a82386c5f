import { assumeRole, type RoleToAssume } from '../../client/assume-role.ts';
import { findAwsCredentials } from '../../client/aws-credentials.ts';
import type { AwsCredentials } from '../../client/sigv4-signer.ts';

export interface AwsIdentityOptions {
  readonly profile: string | undefined;
  readonly assumeRole: RoleToAssume | undefined;
  readonly region: string | undefined;
}

/**
 * The AWS identity that signs requests: from the default credential chain, or a role assumed with
 * it.
 *
 * @param beforeFirst runs once before the first network use, because it takes 30 to 70 ms
 * @throws TokenVendingError `aws_credentials_unavailable`, from the returned function
 */
export function openAwsIdentity(
  { profile, assumeRole: role, region }: AwsIdentityOptions,
  beforeFirst: () => void,
): () => Promise<AwsCredentials> {
  const base = findAwsCredentials(profile);
  const chosen = role === undefined ? base : assumeRole(base, role, region);
  let ready = false;
  return async () => {
    if (!ready) beforeFirst();
    ready = true;
    return await chosen();
  };
}
