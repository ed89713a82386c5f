import { fileURLToPath } from 'node:url';
import { ArnFormat, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { createAlarmTopic } from './alarm-topic.ts';
import { createAlarms } from './alarms.ts';
import type { AllowedPrincipals } from './allowed-principals.ts';
import { AUDIT_PREFIX, createAuditBucket } from './audit-bucket.ts';
import { Credential } from './credential.ts';
import { createDashboard } from './dashboard.ts';
import { createEndpoint, type Endpoint, type EndpointKind } from './endpoint.ts';
import { createFunction, TIMEOUT_SECONDS } from './function.ts';
import { functionCode } from './function-code.ts';
import { createLambdaRole, permitAudit, permitSecrets } from './function-role.ts';
import { createAlarmsKey, createAuditKey, createLogsKey, createSecretsKey } from './keys.ts';
import { createProber, PROBE_CREDENTIAL } from './prober.ts';

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

/**
 * The whole system: a function that vends tokens, its signed endpoint, keys, audit log, alarms, dashboard and prober. Add a
 * `Credential` for each OAuth2 client.
 *
 * @example
 * ```ts
 * const vending = new TokenVending(this, 'TokenVending', {
 *   allowedPrincipals: { organization: 'o-exampleorg1' },
 * });
 * new Credential(this, 'Orders', { vending, credential: 'checkout/orders-api' });
 * ```
 */
export class TokenVending extends Construct {
  readonly secretPrefix: string;
  /** Of every secret below the prefix. */
  readonly secretsKey: Key;
  /** The function's role. */
  readonly role: Role;
  readonly function: LambdaFunction;
  /** What serves: the alias `live`. */
  readonly alias: Alias;
  readonly endpoint: Endpoint;
  readonly auditBucket: Bucket;
  readonly alarmTopic: Topic;

  constructor(scope: Construct, id: string, props: TokenVendingProps) {
    super(scope, id);
    const settings = withDefaults(props);
    const logsKey = createLogsKey(this, logGroupsOf(this, settings.name));
    const auditKey = createAuditKey(this);
    this.secretPrefix = settings.secretPrefix;
    this.secretsKey = createSecretsKey(this);
    this.role = createLambdaRole(this, 'FunctionRole', `${settings.name}-function`);
    this.auditBucket = createAuditBucket(this, {
      encryptionKey: auditKey,
      retention: settings.auditRetention,
      lockMode: settings.auditLockMode,
      writer: this.role,
    });
    permitSecrets(this.role, {
      prefix: settings.secretPrefix,
      key: this.secretsKey,
      list: settings.listCredentials,
    });
    permitAudit(this.role, this.auditBucket, auditKey);
    this.function = this.#createFunction(settings, logsKey);
    this.alias = this.function.addAlias('live');
    this.endpoint = this.#createEndpoint(settings, logsKey);
    this.alarmTopic = createAlarmTopic(this, createAlarmsKey(this), props.alarmEmail);
    this.#observe(settings);
    this.#output();
  }

  #createFunction(settings: Settings, logsKey: IKey): LambdaFunction {
    const { name, secretPrefix, listCredentials } = settings;
    return createFunction(this, 'Function', {
      name,
      description: 'Vends short-lived OAuth2 access tokens to AWS identities',
      code: functionCode(settings.bundle, settings.policies),
      role: this.role,
      environment: {
        TOKEN_VENDING_AUDIT: `s3://${this.auditBucket.bucketName}/${AUDIT_PREFIX}`,
        TOKEN_VENDING_LIST_CREDENTIALS: String(listCredentials),
        TOKEN_VENDING_SECRET_PREFIX: secretPrefix,
        TOKEN_VENDING_NAME: name,
      },
      memorySize: settings.memorySize,
      timeoutSeconds: TIMEOUT_SECONDS,
      reservedConcurrency: settings.reservedConcurrency,
      logs: { name: `/${name}/function`, key: logsKey, retentionDays: settings.logRetention },
    });
  }

  #createEndpoint(settings: Settings, logsKey: IKey): Endpoint {
    const { name, prober, allowedPrincipals, logRetention, reservedConcurrency } = settings;
    const logs = { key: logsKey, retentionDays: logRetention };
    const role = prober ? createLambdaRole(this, 'ProberRole', `${name}-prober`) : undefined;
    const proberArns = role === undefined ? [] : [role.roleArn];
    const endpoint = createEndpoint(this, {
      kind: settings.endpoint,
      name,
      lambda: this.function,
      alias: this.alias,
      reservedConcurrency,
      allowedPrincipals: {
        ...allowedPrincipals,
        roles: [...(allowedPrincipals.roles ?? []), ...proberArns],
      },
      accessLogs: { ...logs, name: `/${name}/api` },
    });
    if (role !== undefined) {
      new Credential(this, 'Probe', { vending: this, credential: PROBE_CREDENTIAL });
      createProber(this, {
        name: `${name}-prober`,
        deployment: name,
        role,
        bundle: settings.proberBundle,
        endpoint,
        logs: { ...logs, name: `/${name}/prober` },
      });
    }
    return endpoint;
  }

  #observe({ name, reservedConcurrency, prober, secretPrefix }: Settings): void {
    const alarms = createAlarms(this, {
      name,
      functionName: name,
      reservedConcurrency,
      apiName: this.endpoint.apiName,
      prober,
      secretPrefix,
      topic: this.alarmTopic,
    });
    createDashboard(this, { name, functionName: name, alarms });
  }

  #output(): void {
    const outputs = {
      EndpointUrl: this.endpoint.url,
      FunctionArn: this.alias.functionArn,
      FunctionRoleArn: this.role.roleArn,
      SecretPrefix: this.secretPrefix,
      SecretsKeyArn: this.secretsKey.keyArn,
      AuditLog: `s3://${this.auditBucket.bucketName}/${AUDIT_PREFIX}`,
    };
    for (const [key, value] of Object.entries(outputs)) new CfnOutput(this, key, { value });
  }
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(props: TokenVendingProps) {
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

function logGroupsOf(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `/${name}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
