import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { LocalCaller } from './callers.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';
import { ServiceError } from './service-error.ts';
import { readSignedCall, type ServiceAccess } from './signed-call.ts';
import { SigV4Error } from './sigv4-error.ts';

/** One call, as IAM sees it. */
export interface ServiceCall {
  readonly caller: LocalCaller;
  /** `GetSecretValue`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface JsonServiceOptions extends ServiceAccess {
  readonly port: number;
  /** As signatures and policies name it: `secretsmanager`. */
  readonly service: string;
  /** Prefix of `X-Amz-Target`: `TrentService`. */
  readonly target: string;
  /** What the port is for, and the variable that changes it. */
  readonly part: string;
  readonly setting: string;
  /** The operations that exist here. */
  readonly operations: readonly string[];
  /** Whether the identity policy of the caller allows the call. */
  readonly mayCall: (call: ServiceCall) => boolean;
  /** @throws {@link ServiceError} */
  readonly perform: (call: ServiceCall) => Promise<object>;
}

/** A service of AWS on loopback, its counters and its faults. */
export interface JsonService extends LoopbackServer {
  /** Calls by operation. */
  readonly calls: Map<string, number>;
  /** If set, every call fails with it: for instance `ThrottlingException`, `DecryptionFailure`. */
  fault: ServiceError | undefined;
  /** Calls of an operation that is named here fail with its error. */
  readonly faults: Map<string, ServiceError>;
  /**
   * An operation that is named here is performed at once, and its response waits for the promise.
   */
  readonly held: Map<string, Promise<void>>;
}

/**
 * A service in the JSON 1.1 protocol of AWS, for the unchanged SDK client. It verifies signatures, and
 * enforces the identity policies of the callers.
 */
export async function startJsonService(options: JsonServiceOptions): Promise<JsonService> {
  const { service, operations, mayCall } = options;
  const calls = new Map<string, number>();
  const faults = new Map<string, ServiceError>();
  const held = new Map<string, Promise<void>>();
  const state: { fault: ServiceError | undefined } = { fault: undefined };
  const operationOf = ({ headers }: http.IncomingMessage) =>
    String(headers['x-amz-target']).replace(`${options.target}.`, '');

  const perform = async (request: http.IncomingMessage): Promise<object> => {
    const { caller, body } = await readSignedCall(request, options, service);
    const operation = operationOf(request);
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const fault = state.fault ?? faults.get(operation);
    if (fault !== undefined) throw fault;
    if (!operations.includes(operation))
      throw new ServiceError('UnknownOperationException', `${operation} is not supported here.`);
    const call = { caller, operation, input: JSON.parse(body) };
    if (!mayCall(call)) {
      throw new ServiceError(
        'AccessDeniedException',
        `User: ${caller.identity.arn} is not authorized to perform: ${service}:${operation}`,
      );
    }
    return await options.perform(call);
  };

  const server = http.createServer(async (request, response) => {
    // Read when the request arrives: a test may release it before the operation is performed.
    const hold = held.get(operationOf(request));
    const respond = (status: number, body: object) => {
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': randomUUID(),
      });
      response.end(JSON.stringify(body));
    };
    try {
      respond(200, await perform(request).finally(() => hold));
    } catch (error) {
      const { status, body } = errorResponse(error);
      respond(status, body);
    }
  });
  const { port, part, setting } = options;
  const listening = await listenOnLoopback(server, port, part, setting);
  return Object.assign(state, listening, { calls, faults, held });
}

function errorResponse(error: unknown): { status: number; body: object } {
  if (error instanceof ServiceError)
    return { status: error.status, body: { __type: error.type, Message: error.message } };
  if (error instanceof SigV4Error)
    return { status: 400, body: { __type: error.errorType, message: error.message } };
  const Message = 'An error occurred on the server side.';
  return { status: 500, body: { __type: 'InternalServiceError', Message } };
}
