import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { isAllowed, type PolicyDocument } from './aws-iam/iam-evaluator.ts';
import { ACCOUNT, type LocalCaller } from './callers.ts';
import { functionOfRole } from './deployed-functions.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';
import { ServiceError } from './service-error.ts';
import { readSignedCall, type ServiceAccess } from './signed-call.ts';
import { SigV4Error } from './sigv4-error.ts';
import {
  ALGORITHMS,
  openWebIdentityIssuer,
  type WebIdentityIssuer,
  type WebIdentityWish,
} from './web-identity-issuer.ts';

export interface LocalSts extends LoopbackServer {
  /** Whether outbound identity federation is enabled in the account. */
  isFederationEnabled: boolean;
  /** If set, every call fails with it, for instance `SessionDurationEscalationException`. */
  fault: ServiceError | undefined;
  /** The audiences for which the configuration permits tokens to the functions. */
  readonly audiences: Set<string>;
  /** The issuer of the account. */
  readonly issuer: WebIdentityIssuer;
}

const OPERATION = 'GetWebIdentityToken';

/**
 * AWS STS on loopback, in the query protocol, for GetWebIdentityToken. The same URL is the issuer of
 * the account, with discovery and keys.
 */
export async function startSts(options: ServiceAccess & { port: number }): Promise<LocalSts> {
  const audiences = new Set<string>();
  const state: Pick<LocalSts, 'isFederationEnabled' | 'fault'> = {
    isFederationEnabled: true,
    fault: undefined,
  };
  const perform = async (request: http.IncomingMessage): Promise<string> => {
    const { caller, body } = await readSignedCall(request, options, 'sts');
    const wish = readWish(new URLSearchParams(body), caller, options.region);
    if (state.fault !== undefined) throw state.fault;
    if (!mayIssue(wish, audiences)) {
      const text = `User: ${caller.identity.arn} is not authorized to perform: sts:${OPERATION}`;
      throw new ServiceError('AccessDenied', text, 403);
    }
    if (!state.isFederationEnabled) {
      throw new ServiceError(
        'OutboundWebIdentityFederationDisabledException',
        'Outbound web identity federation is not enabled for this account.',
        403,
      );
    }
    return resultOf(await issuer.issue(wish), wish.lifetime);
  };

  const server = http.createServer(async (request, response) => {
    if (request.method === 'GET') {
      const document = await issuer.find(request.url ?? '');
      response.writeHead(document === undefined ? 404 : 200, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(document ?? {}));
      return;
    }
    const respond = (status: number, body: string) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    try {
      respond(200, await perform(request));
    } catch (error) {
      const { status, type, message } = toServiceError(error);
      respond(status, errorOf(type, message));
    }
  });
  const listening = await listenOnLoopback(
    server,
    options.port,
    'STS endpoint',
    'TOKEN_VENDING_LOCAL_PORT_STS',
  );
  const issuer = openWebIdentityIssuer(listening.url);
  return Object.assign(state, listening, { audiences, issuer });
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
function readWish(input: URLSearchParams, caller: LocalCaller, region: string): WebIdentityWish {
  const operation = input.get('Action');
  if (operation !== OPERATION)
    throw new ServiceError('InvalidAction', `${operation} is not supported here.`);
  const audience = [...input].flatMap(([name, value]) =>
    /^Audience\.member\.\d+$/.test(name) ? [value] : [],
  );
  const algorithm = input.get('SigningAlgorithm') ?? '';
  const lifetime = Number(input.get('DurationSeconds') ?? 300);
  if (audience.length < 1 || audience.length > 10)
    throw new ServiceError('ValidationError', 'Audience must have 1 to 10 members.');
  if (!ALGORITHMS.includes(algorithm))
    throw new ServiceError('ValidationError', 'SigningAlgorithm must be RS256 or ES384.');
  if (!(lifetime >= 60 && lifetime <= 3600))
    throw new ServiceError('ValidationError', 'DurationSeconds must be from 60 to 3600.');
  return { caller, audience, algorithm, lifetime, region };
}

// The condition of the template compares every audience (ForAllValues).
function mayIssue({ caller, audience }: WebIdentityWish, audiences: Set<string>): boolean {
  return audience.every((one) =>
    isAllowed({
      principal: {
        arn: `arn:aws:iam::${ACCOUNT}:role/${caller.name}`,
        account: ACCOUNT,
        policies: functionOfRole(caller.name) === undefined ? [] : [permit(audiences)],
      },
      action: `sts:${OPERATION}`,
      resource: { arn: '*', account: ACCOUNT, policies: [] },
      context: { 'sts:IdentityTokenAudience': one },
    }),
  );
}

function permit(audiences: Set<string>): PolicyDocument {
  return {
    Statement: [
      {
        Effect: 'Allow',
        Action: `sts:${OPERATION}`,
        Resource: '*',
        Condition: { StringEquals: { 'sts:IdentityTokenAudience': [...audiences] } },
      },
    ],
  };
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

function resultOf(token: string, lifetime: number): string {
  const expiration = new Date(Date.now() + lifetime * 1000).toISOString();
  return `<${OPERATION}Response xmlns="${NAMESPACE}"><${OPERATION}Result><WebIdentityToken>${token}</WebIdentityToken><Expiration>${expiration}</Expiration></${OPERATION}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${OPERATION}Response>`;
}

function errorOf(code: string, message: string): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  IncompleteSignatureException: 'IncompleteSignature',
};

function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SigV4Error)
    return new ServiceError(QUERY_CODES[error.errorType] ?? 'AccessDenied', error.message, 403);
  return new ServiceError('InternalFailure', 'An error occurred on the server side.', 500);
}
