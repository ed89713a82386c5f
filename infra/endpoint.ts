import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AllowedPrincipals } from './allowed-principals.ts';
import { denyBesidesAlias, permitApi, permitUrl } from './invoke-policy.ts';
import type { LogGroupSettings } from './log-group.ts';
import { createRestApi } from './rest-api.ts';

/** What stands in front of the function. Each verifies signatures and tells the function who signed. */
export type EndpointKind =
  /** A function URL: no cost, no further part. */
  | { readonly kind: 'url' }
  /** A Regional REST API: for a custom domain, a web application firewall, usage plans. */
  | { readonly kind: 'rest' }
  /** A REST API that only these interface endpoints of execute-api reach. */
  | { readonly kind: 'private-rest'; readonly vpcEndpoints: readonly string[] };

export interface EndpointProps {
  readonly kind: EndpointKind;
  readonly name: string;
  readonly lambda: LambdaFunction;
  readonly alias: Alias;
  readonly allowedPrincipals: AllowedPrincipals;
  readonly reservedConcurrency: number;
  /** Of a REST API. */
  readonly accessLogs: LogGroupSettings;
}

export interface Endpoint {
  /** Where signed requests go. */
  readonly url: string;
  /** What the identity policy of a caller must allow, besides being among the allowed principals. */
  readonly callerNeeds: { readonly actions: string[]; readonly resources: string[] };
  /** Present where it is a REST API: its name, by which CloudWatch counts. */
  readonly apiName: string | undefined;
}

/** Puts the endpoint in front of the alias, and denies every other way to it. */
export function createEndpoint(scope: Construct, props: EndpointProps): Endpoint {
  const { kind, alias, allowedPrincipals, lambda } = props;
  denyBesidesAlias(scope, lambda, alias);
  if (kind.kind === 'url') {
    // Buffered: a 5xx can still take the place of a token whose record could not be written.
    const { url } = alias.addFunctionUrl({
      authType: FunctionUrlAuthType.AWS_IAM,
      invokeMode: InvokeMode.BUFFERED,
    });
    permitUrl(scope, alias, allowedPrincipals);
    const actions = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
    return {
      url,
      callerNeeds: { actions, resources: [alias.functionArn] },
      apiName: undefined,
    };
  }
  const vpcEndpoints = kind.kind === 'rest' ? [] : kind.vpcEndpoints;
  const { api, invokeArn } = createRestApi(scope, {
    ...props,
    vpcEndpoints,
    // As much as a function URL takes.
    requestsPerSecond: props.reservedConcurrency * 10,
  });
  permitApi(scope, alias, invokeArn);
  return {
    url: api.url,
    callerNeeds: { actions: ['execute-api:Invoke'], resources: [invokeArn] },
    apiName: api.restApiName,
  };
}
