import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { type Callers, findByKey } from './callers.ts';
import { type LoopbackServer, listenOnLoopback, readBody, wireHeaders } from './loopback-server.ts';
import type { SecretStore } from './secret-store.ts';
import { mayCall } from './secrets-manager-access.ts';
import { operations, ServiceError } from './secrets-manager-operations.ts';
import { SigV4Error } from './sigv4-error.ts';
import { verifySigV4 } from './sigv4-verifier.ts';

export interface SecretsManagerOptions {
  readonly port: number;
  readonly region: string;
  readonly callers: Callers;
  readonly store: SecretStore;
}

/** The endpoint, its counters and its faults. */
export interface LocalSecretsManager extends LoopbackServer {
  readonly store: SecretStore;
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
 * AWS Secrets Manager on loopback, for the unchanged SDK client: the JSON 1.1 protocol. It verifies
 * signatures, and enforces the policies of the function's role and of the operator.
 */
export async function startSecretsManager(
  options: SecretsManagerOptions,
): Promise<LocalSecretsManager> {
  const calls = new Map<string, number>();
  const faults = new Map<string, ServiceError>();
  const held = new Map<string, Promise<void>>();
  const state: { fault: ServiceError | undefined } = { fault: undefined };

  const perform = async (request: http.IncomingMessage): Promise<object> => {
    const body = await readBody(request);
    const wire = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: wireHeaders(request),
      body,
    };
    const { region, callers, store } = options;
    const findKey = (id: string) => findByKey(callers, id);
    const key = verifySigV4(wire, { region, services: ['secretsmanager'], findKey, now: Date.now });
    const name = operationOf(request);
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const fault = state.fault ?? faults.get(name);
    if (fault !== undefined) throw fault;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined)
      throw new ServiceError('UnknownOperationException', `${name} is not played here.`);
    const caller = findByKey(callers, key.accessKeyId);
    const input = JSON.parse(body.toString());
    if (!mayCall(store, region, { caller, operation: name, input })) {
      throw new ServiceError(
        'AccessDeniedException',
        `User: ${caller?.identity.arn} is not authorized to perform: secretsmanager:${name}`,
      );
    }
    return await operation(store, input, region);
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
      if (error instanceof ServiceError)
        respond(error.status, { __type: error.type, Message: error.message });
      else if (error instanceof SigV4Error)
        respond(400, { __type: error.errorType, message: error.message });
      else
        respond(500, {
          __type: 'InternalServiceError',
          Message: 'An error occurred on the server side.',
        });
    }
  });
  const listening = await listenOnLoopback(
    server,
    options.port,
    'Secrets Manager endpoint',
    'TOKEN_VENDING_LOCAL_PORT_SECRETS',
  );
  return Object.assign(state, listening, { calls, faults, held, store: options.store });
}

function operationOf({ headers }: http.IncomingMessage): string {
  return String(headers['x-amz-target']).replace(/^secretsmanager\./, '');
}
