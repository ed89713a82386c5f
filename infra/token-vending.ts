import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IRole, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FUNCTION_TIMEOUT } from '../lib/time/time-budget.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { createAlarms } from './alarms.ts';
import { createAnchor } from './anchor.ts';
import { createAnchorKey } from './anchor-key.ts';
import type { AssertionSigner } from './assertion-key.ts';
import { AUDIT_PREFIX, createAuditBucket } from './audit-bucket.ts';
import { createDashboard } from './dashboard.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';
import { createFunction } from './function.ts';
import { functionCode } from './function-code.ts';
import {
  createLambdaRole,
  functionArnOf,
  permitAudit,
  permitSecrets,
  roleNameOf,
} from './function-role.ts';
import { createAlarmsKey, createAuditKey, createLogsKey } from './keys.ts';
import { permitAssertions } from './permit-assertions.ts';
import { createProber } from './prober.ts';
import { otherRegionsOf, replicaKeysOf } from './regions.ts';
import type { Registry } from './registry.ts';
import {
  createEditorRoles,
  createSecretEditors,
  type EditorRoles,
  type SecretEditorsProps,
  testersOf,
} from './secret-editors.ts';
import { type FunctionReaders, functionReaders } from './secret-readers.ts';
import { createSecretsKey } from './secrets-key.ts';
import { findExcesses } from './size-limits.ts';
import { type Settings, type TokenVendingProps, withDefaults } from './token-vending-props.ts';

/** The alias that the endpoint invokes. The function refuses every other one. */
const ALIAS = 'live';

/**
 * The whole system: a function that vends tokens, its signed endpoint, keys, audit log, alarms, dashboard and prober. Teams
 * register credentials by the registry; a `Credential` creates the secret of one in a stack instead.
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
  /** Key of every secret below the prefix. */
  readonly secretsKey: IKey;
  /** The function's role. */
  readonly role: Role;
  readonly function: LambdaFunction;
  /** ARN of the function, without a qualifier. */
  readonly functionArn: string;
  /** The alias `live`, which serves requests. */
  readonly alias: Alias;
  readonly endpoint: Endpoint;
  readonly auditBucket: Bucket;
  /** Signs the anchors of the audit log. Its public half verifies them. */
  readonly anchorKey: Key;
  readonly alarmTopic: Topic;
  /** The registry and the rotation, which test credentials by real grants. */
  readonly testers: readonly AssertionSigner[];
  /** The endpoint by which teams register credentials; `undefined` without a registry. */
  readonly registry: Registry | undefined;
  /** Roles of the functions that read secrets. */
  readonly readers: FunctionReaders;
  readonly #readers: string[] = [];
  readonly #otherReaders: string[] = [];

  constructor(scope: Construct, id: string, props: TokenVendingProps) {
    super(scope, id);
    const settings = withDefaults(props);
    this.functionArn = functionArnOf(this, settings.name);
    const logsKey = createLogsKey(this, logGroupsOf(this, settings.name));
    const auditKey = createAuditKey(this, settings.breakGlassRole);
    this.secretPrefix = settings.secretPrefix;
    this.#readers.push(...(settings.secretReaders ?? []));
    this.secretsKey = createSecretsKey(this, { ...settings, readers: this.#readers });
    this.role = createLambdaRole(this, 'FunctionRole', roleNameOf(this, settings.name, 'function'));
    const editorRoles = settings.registry ? createEditorRoles(this, settings.name) : undefined;
    const editors: Role[] = Object.values(editorRoles ?? {});
    this.readers = functionReaders(this, {
      name: settings.name,
      vending: this.role,
      editors: editorRoles,
      otherRegions: otherRegionsOf(this, settings),
    });
    this.#readers.push(...Object.values(this.readers).flat());
    this.testers = editorRoles === undefined ? [] : testersOf(this, settings.name, editorRoles);
    const anchorer = createLambdaRole(
      this,
      'AnchorRole',
      roleNameOf(this, settings.name, 'anchor'),
    );
    this.anchorKey = createAnchorKey(this, anchorer);
    this.auditBucket = createAuditBucket(this, {
      encryptionKey: auditKey,
      retention: settings.auditRetention,
      lockMode: settings.auditLockMode,
      writers: [this.role, ...editors],
      anchorer,
    });
    const functionName = settings.name;
    permitSecrets(this.role, {
      functionName,
      prefix: settings.secretPrefix,
      key: this.secretsKey,
      list: settings.listCredentials,
    });
    permitAssertions(this.role, {
      functionName,
      keys: settings.assertionKeys ?? [],
      audiences: settings.webIdentityAudiences ?? [],
    });
    const audit = { bucket: this.auditBucket, key: auditKey };
    permitAudit(this.role, { functionName, ...audit });
    this.function = this.#createFunction(settings, logsKey);
    this.alias = this.function.addAlias(ALIAS);
    this.endpoint = this.#createEndpoint(settings, logsKey);
    this.registry = editorRoles && this.#createRegistry(settings, editorRoles, audit, logsKey);
    createAnchor(this, {
      deployment: settings,
      role: anchorer,
      bucket: this.auditBucket,
      bucketKey: auditKey,
      signingKey: this.anchorKey,
      logsKey,
    });
    this.function.addEnvironment('TOKEN_VENDING_INVOKED_BY', this.endpoint.invokedBy);
    this.alarmTopic = this.#observe(settings);
    this.#output();
    this.node.addValidation({ validate: () => findExcesses(this) });
  }

  /** Lets a role decrypt secrets under the deployment's key. Its identity policy must permit it too. */
  addReader(role: IRole): void {
    this.#readers.push(role.roleArn);
    this.#otherReaders.push(role.roleArn);
  }

  #createRegistry(
    deployment: Settings,
    roles: EditorRoles,
    audit: SecretEditorsProps['audit'],
    logsKey: IKey,
  ): Registry {
    const registry = createSecretEditors(this, {
      deployment,
      roles,
      readers: this.readers,
      otherReaders: this.#otherReaders,
      secretsKey: this.secretsKey,
      replicaKeys: replicaKeysOf(this, this.secretsKey, deployment.replicaRegions ?? []),
      audit,
      logsKey,
      apiLogging: this.endpoint.apiLogging,
    });
    this.function.addEnvironment('TOKEN_VENDING_REGISTRY_URL', registry.endpoint.url);
    return registry;
  }

  #createFunction(settings: Settings, logsKey: IKey): LambdaFunction {
    const { name, secretPrefix, listCredentials, budgets, registryUrl } = settings;
    return createFunction(this, 'Function', {
      name,
      description: 'Vends short-lived OAuth2 access tokens to AWS identities',
      code: functionCode(settings.bundle, settings),
      role: this.role,
      environment: {
        TOKEN_VENDING_ALIAS: ALIAS,
        TOKEN_VENDING_AUDIT: `s3://${this.auditBucket.bucketName}/${AUDIT_PREFIX}`,
        TOKEN_VENDING_LIST_CREDENTIALS: String(listCredentials),
        TOKEN_VENDING_SECRET_PREFIX: secretPrefix,
        TOKEN_VENDING_MINTS_PER_MINUTE: String(budgets.mints),
        TOKEN_VENDING_NAME: name,
        TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: String(budgets.unknownNames),
        ...(registryUrl === undefined ? {} : { TOKEN_VENDING_REGISTRY_URL: registryUrl }),
      },
      memorySize: settings.memorySize,
      timeout: FUNCTION_TIMEOUT,
      reservedConcurrency: settings.reservedConcurrency,
      logs: { name: `/${name}/function`, key: logsKey, retentionDays: settings.logRetention },
    });
  }

  #createEndpoint(settings: Settings, logsKey: IKey): Endpoint {
    const { name, prober, allowedPrincipals, logRetention, reservedConcurrency } = settings;
    const logs = { key: logsKey, retentionDays: logRetention };
    const role = prober
      ? createLambdaRole(this, 'ProberRole', roleNameOf(this, name, 'prober'))
      : undefined;
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

  #observe(settings: Settings): Topic {
    const { name, reservedConcurrency, prober, secretPrefix, alarmEmail } = settings;
    const topicKey = createAlarmsKey(this, name);
    const topic = createAlarmTopic(this, { name, key: topicKey, emailAddress: alarmEmail });
    const alarms = createAlarms(this, {
      name,
      functionName: name,
      reservedConcurrency,
      apiName: this.endpoint.apiName,
      registry: this.registry?.endpoint,
      prober,
      secretPrefix,
      topic,
      topicKey,
    });
    createDashboard(this, { name, functionName: name, registry: settings.registry, alarms });
    return topic;
  }

  #output(): void {
    const outputs = {
      EndpointUrl: this.endpoint.url,
      FunctionArn: this.alias.functionArn,
      FunctionRoleArn: this.role.roleArn,
      SecretPrefix: this.secretPrefix,
      SecretsKeyArn: this.secretsKey.keyArn,
      AnchorKeyArn: this.anchorKey.keyArn,
      AuditLog: `s3://${this.auditBucket.bucketName}/${AUDIT_PREFIX}`,
      ...this.#registryOutputs(),
    };
    for (const [key, value] of Object.entries(outputs)) new CfnOutput(this, key, { value });
  }

  #registryOutputs(): Record<string, string> {
    if (this.registry === undefined) return {};
    return {
      RegistryUrl: this.registry.endpoint.url,
      RegistryFunctionArn: this.registry.alias.functionArn,
    };
  }
}

function logGroupsOf(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `/${name}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
