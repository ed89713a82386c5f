import * as v from 'valibot';
import type { HttpRequest, HttpResponse, VerifiedIdentity } from './messages.ts';
import { findDetour, type OwnEndpoint } from './own-endpoint.ts';

/** What Lambda states about an invocation, in its context. */
export interface Invocation {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
}

/** The result that Lambda expects, for function URLs and REST APIs. */
export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

const text = v.optional(v.nullable(v.string()));
const headers = v.optional(v.nullable(v.record(v.string(), v.optional(v.string()))), {});
const body = { body: text, isBase64Encoded: v.optional(v.boolean(), false) };

// AWS adds members to its events at any time, so unknown ones are ignored. The members of the
// caller are strict.
const functionUrlEvent = v.object({
  ...body,
  rawPath: v.string(),
  rawQueryString: v.optional(v.string(), ''),
  headers,
  requestContext: v.object({
    authorizer: v.optional(v.nullable(v.object({ iam: v.optional(v.unknown()) }))),
    domainName: v.string(),
    http: v.object({ method: v.string(), sourceIp: v.string() }),
    requestId: v.string(),
  }),
});

const restApiEvent = v.object({
  ...body,
  path: v.string(),
  httpMethod: v.string(),
  headers,
  multiValueQueryStringParameters: v.optional(
    v.nullable(v.record(v.string(), v.array(v.string()))),
  ),
  requestContext: v.object({
    domainName: v.optional(v.string(), ''),
    identity: v.optional(v.unknown()),
    requestId: v.string(),
    extendedRequestId: text,
  }),
});

const accountId = v.pipe(v.string(), v.regex(/^\d{12}$/));
const nonEmpty = v.pipe(v.string(), v.minLength(1));

const iamIdentity = v.object({
  accountId,
  userArn: nonEmpty,
  userId: nonEmpty,
  accessKey: text,
  principalOrgId: text,
});

const restIdentity = v.object({
  accountId,
  userArn: nonEmpty,
  user: nonEmpty,
  accessKey: text,
  principalOrgId: text,
  sourceIp: text,
});

/**
 * Reads a function URL event (payload format 2.0) or a REST API proxy event. The caller comes only
 * from what the platform verified (`requestContext.authorizer.iam`, `requestContext.identity`). If
 * that is missing or incomplete, the request has no identity and is rejected.
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 *
 * @returns `undefined` for an event of neither shape, such as a direct invocation
 */
export function readLambdaEvent(event: unknown): HttpRequest | undefined {
  const url = v.safeParse(functionUrlEvent, event);
  if (url.success) return fromFunctionUrl(url.output);
  const rest = v.safeParse(restApiEvent, event);
  return rest.success ? fromRestApi(rest.output) : undefined;
}

/**
 * Reads the event of an invocation. An invocation that did not come through the endpoint, or whose
 * event is of neither shape, becomes a request without a caller, which is rejected and recorded.
 * Nothing of its event is read: its author may have written any text into it. Its id is that of
 * Lambda, by which CloudTrail finds who invoked the function.
 */
export function readInvocation(
  event: unknown,
  { awsRequestId, invokedFunctionArn }: Invocation,
  endpoint: OwnEndpoint,
): HttpRequest {
  const detour = findDetour(event, invokedFunctionArn, endpoint);
  const http = detour === undefined ? readLambdaEvent(event) : undefined;
  return http ?? withoutCaller(awsRequestId, detour ?? 'the event is not a request');
}

export function writeLambdaResult({ status, headers, body }: HttpResponse): LambdaResult {
  return { statusCode: status, headers, body, isBase64Encoded: false };
}

function fromFunctionUrl(event: v.InferOutput<typeof functionUrlEvent>): HttpRequest {
  const { authorizer, domainName, http, requestId } = event.requestContext;
  const iam = v.safeParse(iamIdentity, authorizer?.iam);
  return {
    method: http.method,
    path: event.rawPath,
    query: event.rawQueryString,
    headers: lowerCase(event.headers),
    body: decodeBody(event),
    requestId,
    sourceIp: http.sourceIp,
    host: domainName,
    identity: iam.success ? toIdentity(iam.output, iam.output.userId) : undefined,
  };
}

function fromRestApi(event: v.InferOutput<typeof restApiEvent>): HttpRequest {
  const { domainName, requestId, extendedRequestId } = event.requestContext;
  const identity = v.safeParse(restIdentity, event.requestContext.identity);
  const known = identity.success ? identity.output : undefined;
  return {
    method: event.httpMethod,
    path: event.path,
    query: toQuery(event.multiValueQueryStringParameters ?? {}),
    headers: lowerCase(event.headers),
    body: decodeBody(event),
    // A client can choose the request id of a REST API, but not the extended one.
    requestId: extendedRequestId || requestId,
    sourceIp: known?.sourceIp ?? undefined,
    host: domainName,
    identity: known && toIdentity(known, known.user),
  };
}

// API Gateway decodes the query.
function toQuery(parameters: Readonly<Record<string, readonly string[]>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return new URLSearchParams(pairs).toString();
}

function toIdentity(
  verified: Pick<
    v.InferOutput<typeof iamIdentity>,
    'accountId' | 'userArn' | 'accessKey' | 'principalOrgId'
  >,
  userId: string,
): VerifiedIdentity {
  return {
    accountId: verified.accountId,
    arn: verified.userArn,
    userId,
    accessKeyId: verified.accessKey ?? undefined,
    organizationId: verified.principalOrgId ?? undefined,
  };
}

function decodeBody(event: { body?: string | null | undefined; isBase64Encoded: boolean }): string {
  const body = event.body ?? '';
  return event.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
}

function lowerCase(
  headers: Readonly<Record<string, string | undefined>> | null,
): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) lower[name.toLowerCase()] = headers[name] ?? '';
  return lower;
}

function withoutCaller(requestId: string, unidentified: string): HttpRequest {
  return {
    method: '',
    path: '',
    query: '',
    headers: {},
    body: '',
    requestId,
    sourceIp: undefined,
    host: '',
    identity: undefined,
    unidentified,
  };
}
