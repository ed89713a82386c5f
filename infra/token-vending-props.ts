import { fileURLToPath } from 'node:url';
import { Duration } from 'aws-cdk-lib';
import { type BudgetLimits, DEFAULT_BUDGETS } from '../lib/access/budgets.ts';
import type { AllowedPrincipals } from './allowed-principals.ts';
import type { EndpointKind } from './endpoint.ts';
import type { RotationTargets } from './permit-rotation-targets.ts';

export interface TokenVendingProps {
  /** The principals that may call the endpoint. Access policies decide about each request. */
  readonly allowedPrincipals: AllowedPrincipals;
  /**
   * Name of the function, and prefix of the names of its roles, logs and alarms. Each deployment in
   * an account and Region needs its own name.
   *
   * @default 'token-vending'
   */
  readonly name?: string;
  /**
   * Prefix of the names of all secrets that the function may read. It ends with a slash.
   *
   * @default 'token-vending/'
   */
  readonly secretPrefix?: string;
  /**
   * Directory of access policies (`*.cedar`). They are validated at synthesis.
   *
   * @default those in the bundle
   */
  readonly policies?: string;
  /**
   * Directory of server profiles (`*.json`) besides the shipped ones. They are validated at
   * synthesis.
   *
   * @default only the shipped profiles
   */
  readonly profiles?: string;
  /**
   * The kind of endpoint in front of the function.
   *
   * @default a function URL
   */
  readonly endpoint?: EndpointKind;
  /**
   * Whether `GET /credentials` is served. It needs secretsmanager:ListSecrets, which IAM cannot scope to a prefix: the
   * function then sees the names of all secrets of the account. So does the rotation, which needs it to find old
   * secrets whose overlap is over (`rotation.overlap` of a document).
   *
   * @default true
   */
  readonly listCredentials?: boolean;
  /**
   * How many new tokens, and how many names of credentials that it cannot use, one principal may
   * request in a minute of each process of the function. Beyond, it gets 429 `budget_exhausted`.
   *
   * @default 60 mints and 30 unknown names
   */
  readonly budgets?: BudgetLimits;
  /**
   * The largest number of processes at a time. It limits the load on authorization servers. A
   * function URL accepts 10 requests a second for each process.
   *
   * @default 20
   */
  readonly reservedConcurrency?: number;
  /**
   * MB; CPU grows with it.
   *
   * @default 1024
   */
  readonly memorySize?: number;
  /**
   * Days that logs are kept; one of the values that CloudWatch Logs permits.
   *
   * @default 90
   */
  readonly logRetention?: number;
  /**
   * No audit record can be deleted for this long.
   *
   * @default 400 days
   */
  readonly auditRetention?: Duration;
  /**
   * With `compliance`, nobody can delete a record before its retention ends, not even root. This
   * cannot be undone.
   *
   * @default 'governance'
   */
  readonly auditLockMode?: 'governance' | 'compliance';
  /**
   * ARN of the only role that may disable the audit key or schedule its deletion.
   *
   * @default nobody may, unless somebody changes the policy of the key first
   */
  readonly breakGlassRole?: string | undefined;
  /**
   * ARNs of further roles that may read secrets under the deployment's key, such as those that
   * manage credentials with Terraform.
   *
   * @default only the function and the rotation roles
   */
  readonly secretReaders?: readonly string[] | undefined;
  /**
   * ARNs of keys of AWS KMS, in the Region of the function, that sign assertions of clients
   * (`client_assertion_source` `kms`). The policy of each key must permit the role of the function.
   * `AssertionKey` creates a key.
   *
   * @default none
   */
  readonly assertionKeys?: readonly string[] | undefined;
  /**
   * Audiences for which the function may get assertions of AWS STS (`client_assertion_source`
   * `aws_web_identity`).
   *
   * @default none
   */
  readonly webIdentityAudiences?: readonly string[] | undefined;
  /**
   * What the recipes `lambda` and `cognito` may act on (docs/rotation.md).
   *
   * @default nothing
   */
  readonly rotation?: RotationTargets | undefined;
  /**
   * E-mail address for alarms.
   *
   * @default nobody is subscribed to the topic
   */
  readonly alarmEmail?: string;
  /**
   * Whether a prober requests a token every 5 minutes. Access policies must permit its role,
   * `<name>-prober-<region>`, the credential `platform/probe`. Register that credential. The prober cannot reach a private endpoint.
   *
   * @default true, unless the endpoint is private
   */
  readonly prober?: boolean;
  /**
   * Whether the deployment has a registry, by which teams register credentials, and a function that
   * rotates secrets.
   *
   * @default true, unless there is a {@link primaryRegion}
   */
  readonly registry?: boolean;
  /**
   * Id of the function URL of the registry, as `id` of {@link EndpointKind}.
   *
   * @default any function URL of its alias
   */
  readonly registryUrlId?: string | undefined;
  /**
   * URL of the registry of another Region, for the metadata of the endpoint. It goes with a stack
   * without a registry.
   *
   * @default the registry of this stack, if it has one
   */
  readonly registryUrl?: string | undefined;
  /**
   * Regions to which secrets are copied, for stacks with {@link primaryRegion}. The key of the secrets
   * is then a multi-Region key, which it cannot become later; an empty list makes it one for later.
   *
   * @default none, and a key of this Region only
   */
  readonly replicaRegions?: readonly string[] | undefined;
  /**
   * The Region from which secrets are copied to this one, by the ARN of its key of secrets. The stack
   * has a copy of that key, and no registry unless this Region takes over (`registry: true`).
   *
   * @default this is the first Region
   */
  readonly primaryRegion?: { readonly secretsKey: string } | undefined;
  /**
   * Directory of the function's bundle.
   *
   * @default dist/function beside this package, as `npm run build` writes it
   */
  readonly bundle?: string;
  /**
   * Directory of the prober's bundle.
   *
   * @default dist/prober beside this package
   */
  readonly proberBundle?: string;
  /**
   * A bucket of another account for a copy of the anchors: `s3://bucket` or `s3://bucket/prefix`.
   *
   * @default no copy
   */
  readonly anchorCopy?: string;
  /**
   * Directory of the bundle of the function that anchors the audit log.
   *
   * @default dist/anchor beside this package
   */
  readonly anchorBundle?: string;
  /**
   * Directory of the bundle of the registry.
   *
   * @default dist/registry beside this package
   */
  readonly registryBundle?: string;
  /**
   * Directory of the bundle of the function that rotates.
   *
   * @default dist/rotate beside this package
   */
  readonly rotationBundle?: string;
}

/** The props with all defaults. */
export type Settings = ReturnType<typeof withDefaults>;

export function withDefaults(props: TokenVendingProps) {
  const endpoint = props.endpoint ?? { kind: 'url' };
  return {
    name: 'token-vending',
    secretPrefix: 'token-vending/',
    policies: undefined,
    profiles: undefined,
    listCredentials: true,
    budgets: DEFAULT_BUDGETS,
    reservedConcurrency: 20,
    memorySize: 1024,
    logRetention: 90,
    auditRetention: Duration.days(400),
    auditLockMode: 'governance',
    breakGlassRole: undefined,
    secretReaders: undefined,
    assertionKeys: undefined,
    webIdentityAudiences: undefined,
    rotation: undefined,
    alarmEmail: undefined,
    prober: endpoint.kind !== 'private-rest',
    bundle: besideThisPackage('dist/function'),
    proberBundle: besideThisPackage('dist/prober'),
    anchorCopy: undefined,
    anchorBundle: besideThisPackage('dist/anchor'),
    registryUrlId: undefined,
    registryUrl: undefined,
    replicaRegions: undefined,
    primaryRegion: undefined,
    registryBundle: besideThisPackage('dist/registry'),
    rotationBundle: besideThisPackage('dist/rotate'),
    ...props,
    registry: props.registry ?? props.primaryRegion === undefined,
    endpoint,
  } as const;
}

function besideThisPackage(directory: string): string {
  return fileURLToPath(new URL(`../${directory}`, import.meta.url));
}
