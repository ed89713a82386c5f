import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Callers, LocalCaller } from './callers.ts';
import {
  type DeployedFunction,
  type DeployedFunctions,
  PRIMARY,
  REGION,
  REPLICA,
  REPLICA_REGION,
} from './deployed-functions.ts';
import { LOCAL_API_ID } from './function-url-event.ts';
import { ALIAS } from './runtime-api.ts';
import { SECRET_PREFIX, secretsKeyOf } from './secret-settings.ts';
import type { LocalSystemOptions } from './system.ts';

/** Destination of records with `audit: 's3'`. */
export const AUDIT_URL = 's3://audit-bucket/token-vending';
const POLICIES = fileURLToPath(new URL('../policies/', import.meta.url));

type Variables = Readonly<Record<string, string>>;

export interface FunctionSurroundings
  extends Pick<
    LocalSystemOptions,
    'directory' | 'frontDoor' | 'policies' | 'profiles' | 'replica'
  > {
  readonly region: string;
  readonly functions: DeployedFunctions;
  readonly callers: Callers;
  /** URLs of the services of AWS. */
  readonly endpoints: {
    readonly secretsManager: string;
    readonly kms: string;
    readonly sts: string;
    readonly objectStore: string | undefined;
  };
  /** File of the authority that the functions trust besides those of Node.js. */
  readonly authorityFile: string | undefined;
}

/** The environment of a vending function, as the template of a deployment sets it. */
export function vendingEnvironment(
  surroundings: FunctionSurroundings,
  registryUrl: string,
): Variables {
  return {
    ...environmentOf(surroundings, surroundings.functions.vending),
    ...endpointEnvironment(surroundings),
    TOKEN_VENDING_REGISTRY_URL: registryUrl,
  };
}

/** The environment of the registry, as the template of a deployment sets it. */
export function registryEnvironment(surroundings: FunctionSurroundings): Variables {
  const { functions, region, replica = false } = surroundings;
  const deployed = replica ? [PRIMARY, REPLICA] : [functions];
  const rolesOf = (kind: keyof DeployedFunctions) =>
    deployed.map((one) => one[kind].roleArn).join(' ');
  const other = region === REGION ? REPLICA_REGION : REGION;
  return {
    ...environmentOf(surroundings, functions.registry),
    ...endpointEnvironment(surroundings),
    TOKEN_VENDING_VENDING_ROLES: rolesOf('vending'),
    TOKEN_VENDING_REGISTRY_ROLES: rolesOf('registry'),
    TOKEN_VENDING_ROTATION_ROLES: rolesOf('rotation'),
    TOKEN_VENDING_ROTATION_FUNCTION: functions.rotation.arn,
    TOKEN_VENDING_SECRETS_KEY: secretsKeyOf(region),
    ...(replica ? { TOKEN_VENDING_REPLICA_KEYS: secretsKeyOf(other) } : {}),
  };
}

/** The environment of the function that rotates, as the template of a deployment sets it. */
export function rotationEnvironment(surroundings: FunctionSurroundings): Variables {
  return environmentOf(surroundings, surroundings.functions.rotation);
}

function environmentOf(surroundings: FunctionSurroundings, lambda: DeployedFunction): Variables {
  const { directory, region, callers, endpoints, profiles, authorityFile } = surroundings;
  const role = callers.get(lambda.role) as LocalCaller;
  return {
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken ?? '',
    AWS_REGION: region,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_STS: endpoints.sts,
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: 'local',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    TOKEN_VENDING_LOCAL: 'true',
    ...(profiles === undefined ? {} : { TOKEN_VENDING_PROFILES: path.resolve(profiles) }),
    TOKEN_VENDING_SECRET_PREFIX: SECRET_PREFIX,
    ...(endpoints.objectStore === undefined
      ? { TOKEN_VENDING_AUDIT: `file://${path.join(directory, 'audit')}` }
      : { TOKEN_VENDING_AUDIT: AUDIT_URL, AWS_ENDPOINT_URL_S3: endpoints.objectStore }),
    ...(authorityFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorityFile }),
  };
}

function endpointEnvironment({ frontDoor, policies }: FunctionSurroundings): Variables {
  return {
    TOKEN_VENDING_ALIAS: ALIAS,
    TOKEN_VENDING_INVOKED_BY: `${frontDoor ?? 'function-url'}/${LOCAL_API_ID}`,
    // One developer is every principal, and tests vend for many at once.
    TOKEN_VENDING_MINTS_PER_MINUTE: '100000',
    TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: '100000',
    TOKEN_VENDING_POLICIES: path.resolve(policies ?? POLICIES),
  };
}

/** @param authority PEM */
export async function writeAuthority(
  directory: string,
  authority: string | undefined,
): Promise<string | undefined> {
  if (authority === undefined) return undefined;
  const file = path.join(directory, 'authority.pem');
  await writeFile(file, authority);
  return file;
}
