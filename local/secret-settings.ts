import { readersOnly } from '../lib/credential/resource-policy.ts';
import { ACCOUNT } from './callers.ts';
import { REGION, REGISTRY, REPLICA_REGION, ROTATION, VENDING } from './deployed-functions.ts';

export const SECRET_PREFIX = 'token-vending/';

/** The key of the secrets. Nothing is encrypted here, but IAM compares its ARN. */
export const SECRETS_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/local-secrets`;

/** The key of the copies. */
export const REPLICA_KEY = `arn:aws:kms:${REPLICA_REGION}:${ACCOUNT}:key/local-secrets`;

/** JSON of the resource policy of the secrets that the local system makes. */
export const SECRET_POLICY = JSON.stringify(
  readersOnly({
    vending: [VENDING.roleArn],
    registry: [REGISTRY.roleArn],
    rotation: [ROTATION.roleArn],
    // The command line and the provider still read secrets as the operator.
    others: [`arn:aws:iam::${ACCOUNT}:user/operator`],
  }),
);
