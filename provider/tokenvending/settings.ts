import { findSeconds } from '../../client/duration.ts';
import type { SigningService } from '../../client/endpoint.ts';
import type { KnownConfig } from '../framework/schema/infer.ts';
import type { configurationSchema } from './configuration-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AssumedRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
  /** Seconds. */
  readonly duration: number;
}

/** The configuration with values from the environment and defaults. */
export interface Settings {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** {@link readEndpoint} checks it. */
  readonly signingService: SigningService | undefined;
  readonly profile: string | undefined;
  readonly credential: string | undefined;
  /** Milliseconds for one attempt; default: that of the client. */
  readonly timeout: number | undefined;
  readonly maxRetries: number;
  /** File name. */
  readonly caBundle: string | undefined;
  readonly assumeRole: AssumedRole | undefined;
}

/**
 * Reads settings from attributes, else from the environment, else from defaults. An empty variable
 * counts as absent, because CI systems leave such variables.
 */
export function readSettings(
  config: KnownConfig<typeof configurationSchema>,
  environment: Environment,
): Settings {
  const choose = (value: string | null, ...variables: readonly string[]) =>
    value ??
    variables.map((name) => environment[name]).find((text) => text !== undefined && text !== '');
  return {
    endpoint: choose(config.endpoint, 'TOKEN_VENDING_ENDPOINT'),
    region: choose(config.region, 'TOKEN_VENDING_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'),
    signingService: choose(config.signing_service, 'TOKEN_VENDING_SIGNING_SERVICE') as
      | SigningService
      | undefined,
    profile: choose(config.profile, 'TOKEN_VENDING_PROFILE'),
    credential: choose(config.credential, 'TOKEN_VENDING_CREDENTIAL'),
    timeout: millisecondsOf(config.timeout),
    maxRetries: config.max_retries ?? 3,
    caBundle: choose(config.ca_bundle, 'TOKEN_VENDING_CA_BUNDLE', 'AWS_CA_BUNDLE'),
    assumeRole: config.assume_role === null ? undefined : readRole(config.assume_role),
  };
}

function millisecondsOf(duration: string | null): number | undefined {
  const seconds = findSeconds(duration ?? '');
  return seconds === undefined ? undefined : 1000 * seconds;
}

function readRole(
  role: NonNullable<KnownConfig<typeof configurationSchema>['assume_role']>,
): AssumedRole {
  return {
    roleArn: role.role_arn,
    sessionName: role.session_name ?? 'terraform',
    externalId: role.external_id ?? undefined,
    duration: findSeconds(role.duration ?? '') ?? 3600,
  };
}
