import * as v from 'valibot';
import type { SecretReaders } from '../credential/resource-policy.ts';
import type { SecretReplica } from '../credential/secrets-api.ts';
import {
  type EndpointConfig,
  type Environment,
  endpointVariables,
  flag,
  readVariables,
} from '../vending/function-variables.ts';

/** The configuration of the registry, from its environment. It contains no secret. */
export interface RegistryConfig extends EndpointConfig {
  /** ARN of the key of new secrets; `undefined`: `aws/secretsmanager`. */
  readonly kmsKeyId: string | undefined;
  /** The roles that may read the secrets. */
  readonly readers: SecretReaders;
  /** The Regions to which secrets are copied, each with the key of the copies. */
  readonly replicas: readonly SecretReplica[];
  /** ARN of the function that rotates; `undefined`: the deployment rotates nothing. */
  readonly rotationFunction: string | undefined;
  /** Whether old secrets are removed when their overlap is over. */
  readonly overlaps: boolean;
}

const ROLE = 'arn:aws[a-z-]*:iam::\\d{12}:role/[!-~]{1,576}';
const ROLES_RULE = 'must be ARNs of roles, separated by one space';
const KEY = 'arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[\\w-]{1,64}';
const KEY_RULE = 'must be the ARN of a KMS key';
const KEYS_RULE = 'must be ARNs of KMS keys, separated by one space';
const FUNCTION_RULE = 'must be the ARN of a Lambda function';

const roles = v.pipe(
  v.string(),
  v.regex(new RegExp(`^${ROLE}(?: ${ROLE})*$`), ROLES_RULE),
  v.transform((text) => text.split(' ')),
);

const schema = v.strictObject({
  ...endpointVariables,
  TOKEN_VENDING_SECRETS_KEY: v.optional(
    v.pipe(v.string(), v.regex(new RegExp(`^${KEY}$`), KEY_RULE)),
  ),
  TOKEN_VENDING_REPLICA_KEYS: v.optional(
    v.pipe(
      v.string(),
      v.regex(new RegExp(`^${KEY}(?: ${KEY})*$`), KEYS_RULE),
      v.transform((text) => text.split(' ').map(toReplica)),
    ),
  ),
  TOKEN_VENDING_VENDING_ROLES: roles,
  TOKEN_VENDING_REGISTRY_ROLES: roles,
  TOKEN_VENDING_ROTATION_ROLES: v.optional(roles),
  TOKEN_VENDING_READER_ROLES: v.optional(roles),
  TOKEN_VENDING_ROTATION_FUNCTION: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64}(?::[\w-]{1,128})?$/,
        FUNCTION_RULE,
      ),
    ),
  ),
  TOKEN_VENDING_OVERLAPS: v.optional(flag, 'true'),
});

/** Every environment variable that the registry reads itself. */
export const REGISTRY_VARIABLES = Object.keys(schema.entries);

/**
 * Reads the configuration of the registry. Variables without the prefix `TOKEN_VENDING_` are
 * ignored.
 *
 * @throws VendError `config_invalid` naming each wrong variable and the rule it breaks
 */
export function parseRegistryConfig(environment: Environment): RegistryConfig {
  const { variables, config } = readVariables(schema, environment);
  return {
    ...config,
    kmsKeyId: variables.TOKEN_VENDING_SECRETS_KEY,
    readers: {
      vending: variables.TOKEN_VENDING_VENDING_ROLES,
      registry: variables.TOKEN_VENDING_REGISTRY_ROLES,
      rotation: variables.TOKEN_VENDING_ROTATION_ROLES ?? [],
      others: variables.TOKEN_VENDING_READER_ROLES ?? [],
    },
    replicas: variables.TOKEN_VENDING_REPLICA_KEYS ?? [],
    rotationFunction: variables.TOKEN_VENDING_ROTATION_FUNCTION,
    overlaps: variables.TOKEN_VENDING_OVERLAPS,
  };
}

function toReplica(kmsKeyId: string): SecretReplica {
  const [, , , region = ''] = kmsKeyId.split(':');
  return { region, kmsKeyId };
}
