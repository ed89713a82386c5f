import { VendError } from '../errors/vend-error.ts';

const AWS_HOST = /^[a-z0-9-]+\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * The Region in the host of an API of AWS. A signed request has the session of the function in it,
 * so it goes to AWS only.
 *
 * @returns `undefined` for http, which is for the local system
 * @throws VendError `credential_invalid` if the host is none of AWS
 */
export function regionOfAwsHost({ hostname, host, protocol }: URL): string | undefined {
  const [, region] = AWS_HOST.exec(hostname) ?? [];
  if (region === undefined && protocol === 'https:')
    throw new VendError('credential_invalid', {
      says: `The recipe sends requests to AWS: ${host} is no host of AWS.`,
    });
  return region;
}

/** The Region in an ARN: `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`. */
export function regionOfArn(arn: string): string {
  return arn.split(':')[3] as string;
}
