import { randomUUID } from 'node:crypto';
import { ACCOUNT, type LocalCaller } from './callers.ts';
import { headerValue, parseQuery, splitTarget, type WireRequest } from './sigv4-canonical.ts';

/** Id of the local function URL and of the local REST API. */
export const LOCAL_API_ID = 'local';

/**
 * The event that a function URL with AWS_IAM sends to the function (payload format 2.0,
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
 */
export function functionUrlEvent(
  request: WireRequest,
  caller: LocalCaller,
  sourceIp: string,
): object {
  const { path, query } = splitTarget(request.target);
  const { identity } = caller;
  const host = headerValue(request.headers, 'host');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: joinHeaders(request),
    ...(query === '' ? {} : { queryStringParameters: Object.fromEntries(parseQuery(query)) }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: LOCAL_API_ID,
      authentication: null,
      authorizer: {
        iam: {
          accessKey: identity.accessKeyId,
          accountId: identity.accountId,
          callerId: identity.userId,
          cognitoIdentity: null,
          principalOrgId: identity.organizationId ?? null,
          userArn: identity.arn,
          userId: identity.userId,
        },
      },
      domainName: host,
      domainPrefix: 'local',
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headerValue(request.headers, 'user-agent'),
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...encodeBody(request),
  };
}

/** The same request as the proxy event of a REST API with AWS_IAM. */
export function restApiEvent(request: WireRequest, caller: LocalCaller, sourceIp: string): object {
  const { path, query } = splitTarget(request.target);
  const { identity } = caller;
  const multiple: Record<string, string[]> = {};
  for (const [name, value] of parseQuery(query))
    multiple[name] = [...(multiple[name] ?? []), value];
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: request.method,
    headers: joinHeaders(request),
    queryStringParameters: query === '' ? null : Object.fromEntries(parseQuery(query)),
    multiValueQueryStringParameters: query === '' ? null : multiple,
    requestContext: {
      accountId: ACCOUNT,
      apiId: LOCAL_API_ID,
      domainName: headerValue(request.headers, 'host'),
      httpMethod: request.method,
      identity: {
        accessKey: identity.accessKeyId,
        accountId: identity.accountId,
        caller: identity.userId,
        principalOrgId: identity.organizationId ?? null,
        sourceIp,
        user: identity.userId,
        userArn: identity.arn,
      },
      requestId: randomUUID(),
      stage: 'live',
    },
    ...encodeBody(request),
  };
}

function joinHeaders({ headers }: WireRequest): Record<string, string> {
  const names = new Set(headers.map(([name]) => name));
  // Lambda removes the headers of the signature.
  names.delete('authorization');
  return Object.fromEntries([...names].map((name) => [name, headerValue(headers, name)]));
}

function encodeBody({ body, headers }: WireRequest): object {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/(json|x-www-form-urlencoded))/.test(
    headerValue(headers, 'content-type'),
  );
  const bytes = Buffer.from(body);
  // Function URLs encode form bodies in base64, and leave JSON and text as they are.
  return isText && !headerValue(headers, 'content-type').includes('urlencoded')
    ? { body: bytes.toString(), isBase64Encoded: false }
    : { body: bytes.toString('base64'), isBase64Encoded: true };
}
