import { readersOnly } from '../lib/credential/resource-policy.ts';
import { ACCOUNT } from './callers.ts';
import { REGION, REGISTRY, ROTATION, VENDING } from './deployed-functions.ts';

export const SECRET_PREFIX = 'token-vending/';

/** The key of the secrets of a Region. Nothing is encrypted here, but IAM compares its ARN. */
export function secretsKeyOf(region: string): string {
  return `arn:aws:kms:${region}:${ACCOUNT}:key/local-secrets`;
}

export const SECRETS_KEY = secretsKeyOf(REGION);

/** JSON of the resource policy of the secrets that the local system makes. */
export const SECRET_POLICY = JSON.stringify(
  readersOnly({
    vending: [VENDING.roleArn],
    registry: [REGISTRY.roleArn],
    rotation: [ROTATION.roleArn],
    others: [],
  }),
);
