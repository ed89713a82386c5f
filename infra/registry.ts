import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IDependable } from 'constructs';
import { registryStatements } from '../lib/credential/registry-statements.ts';
import { REGISTRY_FUNCTION_TIMEOUT } from '../lib/time/time-budget.ts';
import { AUDIT_PREFIX } from './audit-bucket.ts';
import { createEndpoint, type Endpoint, type EndpointKind } from './endpoint.ts';
import { createFunction } from './function.ts';
import { functionCode } from './function-code.ts';
import { registryName } from './function-names.ts';
import { type AuditAccess, functionArnOf, permitAudit, secretsBelow } from './function-role.ts';
import { permitAssertions } from './permit-assertions.ts';
import { permitSecretWrites } from './permit-secret-writes.ts';
import type { ReplicaKey } from './regions.ts';
import { type FunctionReaders, readerVariables } from './secret-readers.ts';
import type { Settings } from './token-vending-props.ts';

/** The alias that the endpoint invokes. The function refuses every other one. */
const ALIAS = 'live';

const PROCESSES = 5;

export interface RegistryProps {
  readonly deployment: Settings;
  readonly role: Role;
  /** Roles of the functions that read secrets. */
  readonly readers: FunctionReaders;
  /** ARNs of the other roles that may read secrets; those that are added until synthesis count. */
  readonly otherReaders: readonly string[];
  readonly rotation: LambdaFunction;
  readonly secretsKey: IKey;
  /** Its copies in the Regions to which secrets are copied. */
  readonly replicaKeys: readonly ReplicaKey[];
  readonly audit: Pick<AuditAccess, 'bucket' | 'key'>;
  readonly logsKey: IKey;
  /** What a REST API needs for its logs. Another API of the stack creates it. */
  readonly apiLogging: IDependable | undefined;
}

/** The registry: the only function that writes secrets, behind an endpoint of its own. */
export class Registry extends Construct {
  readonly endpoint: Endpoint;
  /** The alias `live`, which serves requests. */
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: RegistryProps) {
    super(scope, id);
    this.#permit(props);
    const lambda = this.#createFunction(props);
    this.alias = lambda.addAlias(ALIAS);
    const { deployment, logsKey, apiLogging } = props;
    const { name, allowedPrincipals, logRetention } = deployment;
    this.endpoint = createEndpoint(this, {
      kind: endpointOf(deployment),
      name: registryName(name),
      lambda,
      alias: this.alias,
      reservedConcurrency: PROCESSES,
      allowedPrincipals,
      accessLogs: {
        name: `/${name}/registry-api`,
        key: logsKey,
        retentionDays: logRetention,
      },
      apiLogging,
    });
    lambda.addEnvironment('TOKEN_VENDING_INVOKED_BY', this.endpoint.invokedBy);
  }

  #permit(props: RegistryProps): void {
    const { deployment, role, rotation, secretsKey, replicaKeys, audit } = props;
    const { secretPrefix: prefix, assertionKeys = [], webIdentityAudiences = [] } = deployment;
    const functionName = registryName(deployment.name);
    for (const statement of registryStatements({
      secrets: secretsBelow(this, prefix),
      functionArn: functionArnOf(this, functionName),
      key: secretsKey.keyArn,
      rotationFunction: rotation.functionArn,
      replicaRegions: replicaKeys.map(({ region }) => region),
    }))
      role.addToPolicy(PolicyStatement.fromJson(statement));
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
    role.addToPolicy(
      new PolicyStatement({
        sid: 'StartRotations',
        actions: ['lambda:InvokeFunction'],
        resources: [rotation.functionArn],
      }),
    );
    permitSecretWrites(role, { prefix, key: secretsKey, replicaKeys });
    permitAudit(role, { functionName, ...audit });
    // It tests documents by real grants.
    permitAssertions(role, { functionName, keys: assertionKeys, audiences: webIdentityAudiences });
  }

  #createFunction(props: RegistryProps): LambdaFunction {
    const { deployment, role, readers, otherReaders, rotation, secretsKey, audit } = props;
    const replicaKeys = props.replicaKeys.map(({ arn }) => arn);
    const { name, secretPrefix, budgets, registryBundle, memorySize, logRetention } = deployment;
    return createFunction(this, 'Function', {
      name: registryName(name),
      description: 'Registers, changes, tests and rotates OAuth2 credentials',
      code: functionCode(registryBundle, deployment),
      role,
      environment: {
        TOKEN_VENDING_ALIAS: ALIAS,
        TOKEN_VENDING_AUDIT: `s3://${audit.bucket.bucketName}/${AUDIT_PREFIX}`,
        TOKEN_VENDING_MINTS_PER_MINUTE: String(budgets.mints),
        TOKEN_VENDING_NAME: name,
        ...readerVariables(readers, otherReaders),
        ...(replicaKeys.length === 0 ? {} : { TOKEN_VENDING_REPLICA_KEYS: replicaKeys.join(' ') }),
        TOKEN_VENDING_ROTATION_FUNCTION: rotation.functionArn,
        TOKEN_VENDING_OVERLAPS: String(deployment.listCredentials),
        TOKEN_VENDING_SECRETS_KEY: secretsKey.keyArn,
        TOKEN_VENDING_SECRET_PREFIX: secretPrefix,
        TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: String(budgets.unknownNames),
      },
      memorySize,
      timeout: REGISTRY_FUNCTION_TIMEOUT,
      reservedConcurrency: PROCESSES,
      logs: { name: `/${name}/registry`, key: props.logsKey, retentionDays: logRetention },
    });
  }
}

/** The same kind as that of the vending endpoint. */
function endpointOf({ endpoint, registryUrlId: id }: Settings): EndpointKind {
  if (endpoint.kind !== 'url') return endpoint;
  return id === undefined ? { kind: 'url' } : { kind: 'url', id };
}
