import * as v from 'valibot';

/** The endpoint in front of the function: the only way to invoke it. */
export interface OwnEndpoint {
  /** The alias that the endpoint invokes. */
  readonly alias: string;
  readonly kind: 'function-url' | 'rest-api';
  /** Id of the function URL or of the API; undefined: a function URL of any id. */
  readonly apiId: string | undefined;
}

// Only one of the two members of a shape that AWS sends, so that no event is read as the other kind.
const functionUrl = v.object({
  rawPath: v.string(),
  httpMethod: v.optional(v.undefined()),
  requestContext: v.object({ apiId: v.string(), domainName: v.string() }),
});
const restApi = v.object({
  httpMethod: v.string(),
  rawPath: v.optional(v.undefined()),
  requestContext: v.object({ apiId: v.string() }),
});

/**
 * Why an invocation did not come through the function's own endpoint. Whoever may create another
 * alias or version, and invoke it, writes the identity of the caller into the event. The resource
 * policies deny it only for the alias, the version and the function that they name.
 *
 * The ARN is what Lambda states about the invocation, so its qualifier proves the alias. The event
 * is written by whoever invokes: its kind and id only exclude another AWS service in front of the
 * alias, such as an HTTP API, whose events have the shape of a function URL.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 *
 * @param invokedFunctionArn of the context of the invocation
 * @returns `undefined` if it came through the endpoint; otherwise a text for operators, which
 *   contains nothing of the event
 */
export function findDetour(
  event: unknown,
  invokedFunctionArn: unknown,
  { alias, kind, apiId }: OwnEndpoint,
): string | undefined {
  // A function may itself be named as the alias, so the end of the ARN alone proves nothing.
  const parts = String(invokedFunctionArn).split(':');
  if (parts.length !== 8 || parts[7] !== alias)
    return `the function was not invoked by its alias ${alias}`;
  if (kind === 'rest-api') {
    const { success, output } = v.safeParse(restApi, event);
    if (!success) return 'the event is not that of a REST API';
    const { requestContext } = output;
    return requestContext.apiId === apiId ? undefined : 'the event is that of another REST API';
  }
  const { success, output } = v.safeParse(functionUrl, event);
  if (!success) return 'the event is not that of a function URL';
  const { requestContext } = output;
  const own =
    apiId === undefined
      ? requestContext.domainName.startsWith(`${requestContext.apiId}.lambda-url.`)
      : requestContext.apiId === apiId;
  return own ? undefined : 'the event is not that of the function URL of this deployment';
}
