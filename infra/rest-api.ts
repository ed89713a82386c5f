import { Aws } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  Integration,
  IntegrationType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import {
  type AllowedPrincipals,
  admissionsOf,
  type Conditions,
  conditionsOfAllOthers,
} from './allowed-principals.ts';
import { createLogGroup, type LogGroupSettings } from './log-group.ts';

export interface RestApiProps {
  readonly name: string;
  readonly alias: Alias;
  readonly allowedPrincipals: AllowedPrincipals;
  readonly accessLogs: LogGroupSettings;
  /** Limit of the stage. Requests above it get 429. */
  readonly requestsPerSecond: number;
  /** Empty: reachable from everywhere. */
  readonly vpcEndpoints: readonly string[];
  /**
   * The account-wide setting that API Gateway needs for logging, if another API of the stack
   * creates it.
   *
   * @default this API creates it
   */
  readonly apiLogging?: IDependable | undefined;
}

const STAGE = 'live';

/**
 * A REST API that passes every signed request to the alias. It logs the caller and the route, never
 * a body.
 */
export function createRestApi(
  scope: Construct,
  props: RestApiProps,
): { readonly api: RestApi; readonly invokeArn: string; readonly logging: IDependable } {
  const { name, alias, allowedPrincipals, accessLogs, requestsPerSecond, vpcEndpoints } = props;
  const { apiLogging } = props;
  const policy = apiPolicy(allowedPrincipals, vpcEndpoints);
  const api = new RestApi(scope, 'Api', {
    restApiName: name,
    endpointConfiguration: {
      types: [vpcEndpoints.length === 0 ? EndpointType.REGIONAL : EndpointType.PRIVATE],
      ...(vpcEndpoints.length === 0 ? {} : { vpcEndpoints: importEndpoints(scope, vpcEndpoints) }),
    },
    policy,
    // It is retained if the stack is deleted.
    cloudWatchRole: apiLogging === undefined,
    deployOptions: {
      stageName: STAGE,
      tracingEnabled: true,
      throttlingRateLimit: requestsPerSecond,
      throttlingBurstLimit: requestsPerSecond,
      loggingLevel: MethodLoggingLevel.ERROR,
      // It would write tokens into the log.
      dataTraceEnabled: false,
      accessLogDestination: new LogGroupLogDestination(
        createLogGroup(scope, 'ApiLogs', accessLogs),
      ),
      accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
    },
    defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
    defaultIntegration: handTo(alias),
  });
  // A change of the policy takes effect only with a new deployment.
  api.latestDeployment?.addToLogicalId(policy);
  api.root.addMethod('ANY');
  api.root.addProxy({ anyMethod: true });
  acknowledgeRules(api);
  if (apiLogging !== undefined) api.deploymentStage.node.addDependency(apiLogging);
  const logging = apiLogging ?? api.node.findChild('Account');
  return { api, invokeArn: api.arnForExecuteApi('*', '/*', STAGE), logging };
}

function acknowledgeRules(api: RestApi): void {
  for (const [id, reason] of [
    ['AwsSolutions-APIG2', 'The function checks every parameter, and says which is wrong.'],
    ['AwsSolutions-APIG3', 'Callers are signed and named; a web ACL can be attached to the stage.'],
    [
      'AwsSolutions-COG4',
      'Callers are AWS identities: requests are signed, not authorised by Cognito.',
    ],
    [
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]`,
      'The account-wide role of API Gateway for logs; AWS knows what it needs.',
    ],
  ] as const) {
    acknowledge(api, id, reason);
  }
}

// The integration of CDK adds an AWS::Lambda::Permission, which must not be mixed with a resource
// policy.
function handTo(alias: Alias): Integration {
  return new Integration({
    type: IntegrationType.AWS_PROXY,
    integrationHttpMethod: 'POST',
    uri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${alias.functionArn}/invocations`,
  });
}

function importEndpoints(scope: Construct, ids: readonly string[]) {
  return ids.map((vpcEndpointId) =>
    InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(scope, vpcEndpointId, {
      vpcEndpointId,
      port: 443,
    }),
  );
}

function apiPolicy(allowed: AllowedPrincipals, vpcEndpoints: readonly string[]): PolicyDocument {
  const statement = (more: object) =>
    new PolicyStatement({
      principals: [new AnyPrincipal()],
      actions: ['execute-api:Invoke'],
      // API Gateway completes this with the ARN of the API, which is not known yet.
      resources: ['execute-api:/*'],
      ...more,
    });
  const deny = (sid: string, conditions: Conditions) =>
    statement({ sid, effect: Effect.DENY, conditions });
  return new PolicyDocument({
    statements: [
      ...admissionsOf(allowed).map(statement),
      deny('DenyAllOthers', conditionsOfAllOthers(allowed)),
      ...(vpcEndpoints.length === 0
        ? []
        : [
            deny('DenyOtherNetworks', { StringNotEquals: { 'aws:SourceVpce': [...vpcEndpoints] } }),
          ]),
    ],
  });
}
