import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalCaller } from './callers.ts';
import { LOCAL_API_ID } from './function-url-event.ts';
import { ALIAS } from './runtime-api.ts';
import { SECRET_PREFIX } from './seed.ts';
import type { LocalSystemOptions } from './system.ts';

/** Destination of records with `audit: 's3'`. */
export const AUDIT_URL = 's3://audit-bucket/token-vending';
const POLICIES = fileURLToPath(new URL('../policies/', import.meta.url));

export interface FunctionSurroundings
  extends Pick<
    LocalSystemOptions,
    'directory' | 'environment' | 'frontDoor' | 'policies' | 'profiles'
  > {
  readonly region: string;
  readonly role: LocalCaller;
  /** URLs of the services of AWS. */
  readonly endpoints: {
    readonly secretsManager: string;
    readonly kms: string;
    readonly sts: string;
    readonly objectStore: string | undefined;
  };
  /** PEM of an authority that the function trusts besides those of Node.js. */
  readonly authority: string | undefined;
}

/** The environment of the function's process, as the template of a deployment sets it. */
export async function functionEnvironment(
  surroundings: FunctionSurroundings,
): Promise<Record<string, string>> {
  const { directory, region, role, endpoints, frontDoor, policies, profiles } = surroundings;
  return {
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken ?? '',
    AWS_REGION: region,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_STS: endpoints.sts,
    AWS_LAMBDA_FUNCTION_NAME: 'token-vending',
    AWS_LAMBDA_FUNCTION_VERSION: 'local',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    TOKEN_VENDING_ALIAS: ALIAS,
    TOKEN_VENDING_INVOKED_BY: `${frontDoor ?? 'function-url'}/${LOCAL_API_ID}`,
    TOKEN_VENDING_LOCAL: 'true',
    // One developer is every principal, and tests vend for many at once.
    TOKEN_VENDING_MINTS_PER_MINUTE: '100000',
    TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: '100000',
    TOKEN_VENDING_POLICIES: path.resolve(policies ?? POLICIES),
    ...(profiles === undefined ? {} : { TOKEN_VENDING_PROFILES: path.resolve(profiles) }),
    TOKEN_VENDING_SECRET_PREFIX: SECRET_PREFIX,
    ...(endpoints.objectStore === undefined
      ? { TOKEN_VENDING_AUDIT: `file://${path.join(directory, 'audit')}` }
      : { TOKEN_VENDING_AUDIT: AUDIT_URL, AWS_ENDPOINT_URL_S3: endpoints.objectStore }),
    ...(await trust(surroundings)),
    ...surroundings.environment,
  };
}

async function trust({ directory, authority }: FunctionSurroundings) {
  if (authority === undefined) return {};
  const file = path.join(directory, 'authority.pem');
  await writeFile(file, authority);
  return { NODE_EXTRA_CA_CERTS: file };
}
