import { imagineCaller } from '../../lib/access/caller.ts';

/** How policies name a principal. */
export interface DescribedPrincipal {
  /** ARN; the given text if it is not the ARN of a principal. */
  readonly arn: string;
  /** The ARN in words, with the reason if a path was removed. */
  readonly text: string;
}

/**
 * Describes a principal that is given by ARN. Policies see a role without its path, because the ARN
 * of its sessions does not contain the path
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
 */
export function describePrincipal(given: string): DescribedPrincipal {
  const arn = imagineCaller(given, undefined)?.principalArn ?? given;
  const hadPath = arn !== given && given.split(':')[2] === 'iam';
  const reason = 'without the path, which the ARN of a session does not contain';
  return { arn, text: hadPath ? `${arn} (${reason})` : arn };
}
