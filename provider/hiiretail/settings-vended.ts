import type { RoleToAssume } from '../../client/assume-role.ts';
import { findSeconds } from '../../client/duration.ts';
import { readEndpoint, SIGNING_SERVICES, type SigningService } from '../../client/endpoint.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { LONGEST_MIN_TTL } from '../../lib/time/time-budget.ts';
import { isCredential, isDuration, isOneOf, matches } from '../configuration/rules.ts';
import type { Config } from '../framework/schema/infer.ts';
import { pathOf } from '../framework/values/path.ts';
import { Unknown } from '../framework/values/value.ts';
import type { configurationSchema } from './configuration-schema.ts';
import type { Rule, SettingsReader } from './settings-reader.ts';
import { findUrlError } from './url-rules.ts';

export interface VendedSettings {
  readonly mode: 'vended';
  readonly endpoint: string;
  readonly region: string | undefined;
  readonly signingService: SigningService | undefined;
  readonly credential: string;
  readonly profile: string | undefined;
  readonly assumeRole: RoleToAssume | undefined;
  /** Seconds; absent: any token that has not expired. */
  readonly minTtl: number | undefined;
}

type VendingBlock = Config<typeof configurationSchema>['token_vending'];

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const REGION_VARIABLES = ['TOKEN_VENDING_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'];

/** Reads the block `token_vending`, or its environment variables. */
export function readVended(block: VendingBlock, reader: SettingsReader): VendedSettings {
  const read = (
    name: string,
    variables: readonly string[],
    more: { readonly rule?: Rule<string>; readonly required?: string } = {},
  ) =>
    reader.read<string>({
      path: pathOf('token_vending', name),
      value: attributeOf(block, name),
      variables,
      ...more,
    });
  const endpoint = read('endpoint', ['TOKEN_VENDING_ENDPOINT'], {
    required: 'the URL of the token-vending endpoint',
    rule: findUrlError,
  });
  const region = read('region', REGION_VARIABLES);
  const signingService = read('signing_service', ['TOKEN_VENDING_SIGNING_SERVICE'], {
    rule: isOneOf(...SIGNING_SERVICES),
  }) as SigningService | undefined;
  if (endpoint !== undefined && !(attributeOf(block, 'region') instanceof Unknown)) {
    checkRegion(endpoint, region, reader);
  }
  return {
    mode: 'vended',
    endpoint: endpoint ?? '',
    region,
    signingService,
    credential:
      read('credential', ['TOKEN_VENDING_CREDENTIAL'], {
        required: 'the credential, as team/name',
        rule: isCredential,
      }) ?? '',
    profile: read('profile', ['TOKEN_VENDING_PROFILE']),
    assumeRole: readRole(attributeOf(block, 'assume_role'), reader),
    minTtl: findSeconds(
      read('min_ttl', [], { rule: isDuration(0, LONGEST_MIN_TTL / 1_000) }) ?? '',
    ),
  };
}

function attributeOf(block: unknown, name: string): unknown {
  if (block instanceof Unknown) return block;
  return (block as Readonly<Record<string, unknown>> | null)?.[name] ?? null;
}

function checkRegion(endpoint: string, region: string | undefined, reader: SettingsReader): void {
  try {
    readEndpoint(endpoint, region);
  } catch (error) {
    if (!(error instanceof TokenVendingError)) throw error;
    const name = error.code === 'region_unknown' ? 'region' : 'endpoint';
    reader.errors.push({
      summary: `token_vending.${name} is ${name === 'region' ? 'missing' : 'not valid'}`,
      detail:
        name === 'region'
          ? `The host name of the endpoint does not contain the AWS region. Set token_vending.region, or the environment variable ${REGION_VARIABLES.join(' or ')}.`
          : 'token_vending.endpoint must be the https URL of the endpoint, without a query.',
      path: pathOf('token_vending', name),
      inConfiguration: false,
    });
  }
}

function readRole(role: unknown, reader: SettingsReader): RoleToAssume | undefined {
  if (role === null || role instanceof Unknown) return undefined;
  const read = (name: string, rule?: Rule<string>, required?: string) =>
    reader.read<string>({
      path: pathOf('token_vending', 'assume_role', name),
      value: attributeOf(role, name),
      ...(rule === undefined ? {} : { rule }),
      ...(required === undefined ? {} : { required }),
    });
  const isRoleArn = matches(ROLE_ARN, 'must be the ARN of an IAM role');
  return {
    roleArn:
      read('role_arn', isRoleArn, 'the ARN of the role to assume, or remove assume_role') ?? '',
    sessionName:
      read(
        'session_name',
        matches(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits or _+=,.@-'),
      ) ?? 'terraform',
    externalId: read('external_id'),
    duration: findSeconds(read('duration', isDuration(900, 43_200)) ?? '') ?? 3600,
  };
}
