import { fileURLToPath } from 'node:url';
import {
  FUNCTION_TIMEOUT,
  REGISTRY_FUNCTION_TIMEOUT,
  ROTATION_TIMEOUT,
} from '../lib/time/time-budget.ts';
import { ACCOUNT } from './callers.ts';

export const REGION = 'eu-north-1';
/** The Region of the copies of secrets, in a system that has one. */
export const REPLICA_REGION = 'eu-west-1';

/** A function of the local system, with the names that a deployment gives it. */
export interface DeployedFunction {
  readonly name: string;
  /** Without a qualifier. */
  readonly arn: string;
  /** Name of its role, which is a caller of the local system. */
  readonly role: string;
  readonly roleArn: string;
  /** Milliseconds of one invocation. */
  readonly timeout: number;
  /** Directory of its bundle. */
  readonly bundle: string;
}

function deployed(
  name: string,
  role: string,
  timeout: number,
  bundle: string,
  region = REGION,
): DeployedFunction {
  return {
    name,
    arn: `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`,
    role,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
    timeout,
    bundle: fileURLToPath(new URL(`../dist/${bundle}/`, import.meta.url)),
  };
}

export const VENDING = deployed(
  'token-vending',
  'token-vending-function',
  FUNCTION_TIMEOUT,
  'function',
);
export const REGISTRY = deployed(
  'token-vending-registry',
  `token-vending-registry-${REGION}`,
  REGISTRY_FUNCTION_TIMEOUT,
  'registry',
);
export const ROTATION = deployed(
  'token-vending-rotate',
  `token-vending-rotate-${REGION}`,
  ROTATION_TIMEOUT,
  'rotate',
);

/** The functions of a deployment in one Region. */
export interface DeployedFunctions {
  readonly vending: DeployedFunction;
  readonly registry: DeployedFunction;
  readonly rotation: DeployedFunction;
}

/** Those of the first Region. */
export const PRIMARY: DeployedFunctions = {
  vending: VENDING,
  registry: REGISTRY,
  rotation: ROTATION,
};

/** Those of the Region of the copies. */
export const REPLICA: DeployedFunctions = {
  vending: inReplica('token-vending', '', FUNCTION_TIMEOUT, 'function'),
  registry: inReplica('token-vending-registry', '-registry', REGISTRY_FUNCTION_TIMEOUT, 'registry'),
  rotation: inReplica('token-vending-rotate', '-rotate', ROTATION_TIMEOUT, 'rotate'),
};

function inReplica(name: string, suffix: string, timeout: number, bundle: string) {
  return deployed(
    name,
    `token-vending${suffix}-${REPLICA_REGION}`,
    timeout,
    bundle,
    REPLICA_REGION,
  );
}

/** The function that has a role, by the name of the role. */
export function functionOfRole(role: string): DeployedFunction | undefined {
  return [PRIMARY, REPLICA]
    .flatMap(({ vending, registry, rotation }) => [vending, registry, rotation])
    .find((one) => one.role === role);
}
