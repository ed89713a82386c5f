import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import type { AllowedPrincipals } from './allowed-principals.ts';
import { denyBesidesAlias, permitApi, permitUrl } from './invoke-policy.ts';
import type { LogGroupSettings } from './log-group.ts';
import { createRestApi } from './rest-api.ts';

/**
 * The AWS service in front of the function. Each kind verifies signatures and tells the function
 * who signed.
 */
export type EndpointKind =
  /**
   * A function URL: no cost, no further resource. Its id is known only after the function exists,
   * so the function accepts any function URL of its alias unless a later deployment states the id.
   */
  | { readonly kind: 'url'; readonly id?: string }
  /** A Regional REST API: for a custom domain, a web application firewall, usage plans. */
  | { readonly kind: 'rest' }
  /** A REST API that is reachable only through these interface endpoints of execute-api. */
  | { readonly kind: 'private-rest'; readonly vpcEndpoints: readonly string[] };

export interface EndpointProps {
  readonly kind: EndpointKind;
  readonly name: string;
  readonly lambda: LambdaFunction;
  readonly alias: Alias;
  readonly allowedPrincipals: AllowedPrincipals;
  readonly reservedConcurrency: number;
  /** For a REST API. */
  readonly accessLogs: LogGroupSettings;
  /** As of {@link RestApiProps}. */
  readonly apiLogging?: IDependable | undefined;
}

export interface Endpoint {
  /** URL for signed requests. */
  readonly url: string;
  /**
   * The permissions that the identity policy of a caller needs. The caller must also be an allowed
   * principal.
   */
  readonly callerNeeds: { readonly actions: string[]; readonly resources: string[] };
  /** `TOKEN_VENDING_INVOKED_BY` of the function. */
  readonly invokedBy: string;
  /** Name of the REST API, if the endpoint is one. It is a dimension of its metrics. */
  readonly apiName: string | undefined;
  /** What another REST API of the stack needs for its logs, if the endpoint is a REST API. */
  readonly apiLogging?: IDependable;
}

/** Creates the endpoint in front of the alias, and denies every other invocation of the alias. */
export function createEndpoint(scope: Construct, props: EndpointProps): Endpoint {
  const { kind, alias, allowedPrincipals, lambda } = props;
  denyBesidesAlias(scope, lambda, alias);
  if (kind.kind === 'url') {
    // Buffered: if the record cannot be written, the response is a 5xx instead of the token.
    const { url } = alias.addFunctionUrl({
      authType: FunctionUrlAuthType.AWS_IAM,
      invokeMode: InvokeMode.BUFFERED,
    });
    permitUrl(scope, alias, allowedPrincipals);
    const actions = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
    return {
      url,
      callerNeeds: { actions, resources: [alias.functionArn] },
      invokedBy: kind.id === undefined ? 'function-url' : `function-url/${kind.id}`,
      apiName: undefined,
    };
  }
  const vpcEndpoints = kind.kind === 'rest' ? [] : kind.vpcEndpoints;
  const { api, invokeArn, logging } = createRestApi(scope, {
    ...props,
    vpcEndpoints,
    // The same limit as a function URL.
    requestsPerSecond: props.reservedConcurrency * 10,
  });
  permitApi(scope, alias, invokeArn);
  return {
    url: api.url,
    callerNeeds: { actions: ['execute-api:Invoke'], resources: [invokeArn] },
    invokedBy: `rest-api/${api.restApiId}`,
    apiName: api.restApiName,
    apiLogging: logging,
  };
}
