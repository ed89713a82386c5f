import { fileURLToPath } from 'node:url';
import { Duration } from 'aws-cdk-lib';
import type { AllowedPrincipals } from './allowed-principals.ts';
import type { EndpointKind } from './endpoint.ts';

export interface TokenVendingProps {
  /** Who may call the endpoint at all; access policies decide further. */
  readonly allowedPrincipals: AllowedPrincipals;
  /**
   * Name of the function, and beginning of the names of its roles, logs and alarms. Two deployments in one account need two.
   *
   * @default 'token-vending'
   */
  readonly name?: string;
  /**
   * Beginning of the names of all secrets that the function may read; ends with a slash.
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
   * What stands in front of the function.
   *
   * @default a function URL
   */
  readonly endpoint?: EndpointKind;
  /**
   * Whether `GET /credentials` is served. It needs secretsmanager:ListSecrets, which IAM cannot scope to a prefix: the
   * function then sees the names of all secrets of the account.
   *
   * @default true
   */
  readonly listCredentials?: boolean;
  /**
   * Most processes at a time: caps the load on authorization servers; a function URL takes 10 requests a second for each.
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
   * Days that logs are kept; one of those that CloudWatch Logs knows.
   *
   * @default 90
   */
  readonly logRetention?: number;
  /**
   * How long no audit record can be deleted.
   *
   * @default 400 days
   */
  readonly auditRetention?: Duration;
  /**
   * `compliance`: not even root deletes records before their time; nor can the choice be undone.
   *
   * @default 'governance'
   */
  readonly auditLockMode?: 'governance' | 'compliance';
  /**
   * Where alarms go by e-mail.
   *
   * @default nobody is subscribed to the topic
   */
  readonly alarmEmail?: string;
  /**
   * Whether a canary asks for a token every 5 minutes. Access policies must give its role, `<name>-prober`, the credential
   * `platform/probe`, whose secret is created empty as all are. It cannot reach a private endpoint.
   *
   * @default true, unless the endpoint is private
   */
  readonly prober?: boolean;
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
}

/** Props, none of them left open. */
export type Settings = ReturnType<typeof withDefaults>;

export function withDefaults(props: TokenVendingProps) {
  const endpoint = props.endpoint ?? { kind: 'url' };
  return {
    name: 'token-vending',
    secretPrefix: 'token-vending/',
    policies: undefined,
    listCredentials: true,
    reservedConcurrency: 20,
    memorySize: 1024,
    logRetention: 90,
    auditRetention: Duration.days(400),
    auditLockMode: 'governance',
    prober: endpoint.kind !== 'private-rest',
    bundle: besideThisPackage('dist/function'),
    proberBundle: besideThisPackage('dist/prober'),
    ...props,
    endpoint,
  } as const;
}

function besideThisPackage(directory: string): string {
  return fileURLToPath(new URL(`../${directory}`, import.meta.url));
}
