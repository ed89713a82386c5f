import http from 'node:http';
import { type Callers, findByKey } from './callers.ts';
import type { FunctionProcess } from './function-process.ts';
import { functionUrlEvent, restApiEvent } from './function-url-event.ts';
import { type LoopbackServer, listenOnLoopback, readBody, wireHeaders } from './loopback-server.ts';
import type { WireRequest } from './sigv4-canonical.ts';
import { SigV4Error } from './sigv4-error.ts';
import { verifySigV4 } from './sigv4-verifier.ts';

export interface GatewayOptions {
  readonly port: number;
  readonly region: string;
  readonly callers: Callers;
  readonly invoke: FunctionProcess['invoke'];
  /** The AWS service to simulate. */
  readonly frontDoor?: 'function-url' | 'rest-api' | undefined;
  /** What the port is for, and the setting that chooses another. Default: the vending endpoint. */
  readonly part?: string;
  readonly setting?: string;
}

interface LambdaResponse {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * The endpoint of AWS in front of the function, on loopback and without TLS. It verifies the
 * signature, tells the function who signed, and returns the response of the function.
 */
export async function startGateway(options: GatewayOptions): Promise<LoopbackServer> {
  const server = http.createServer(async (request, response) => {
    try {
      await serve(options, request, response);
    } catch (error) {
      const refused = error instanceof SigV4Error;
      const body = refused ? error.body : '{"message":"Internal Server Error"}';
      response.writeHead(refused ? error.status : 502, {
        'content-type': 'application/json',
        'x-amzn-errortype': refused ? error.errorType : 'InternalServerErrorException',
      });
      response.end(body);
    }
  });
  const { port, part = 'gateway', setting = 'TOKEN_VENDING_LOCAL_PORT_GATEWAY' } = options;
  return await listenOnLoopback(server, port, part, setting);
}

async function serve(
  options: GatewayOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const wire: WireRequest = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: wireHeaders(request),
    body: await readBody(request),
  };
  const { region, callers, frontDoor = 'function-url' } = options;
  const service = frontDoor === 'rest-api' ? 'execute-api' : 'lambda';
  const findKey = (id: string) => findByKey(callers, id);
  const { accessKeyId } = verifySigV4(wire, {
    region,
    services: [service],
    findKey,
    now: Date.now,
  });
  const caller = findByKey(callers, accessKeyId);
  if (caller === undefined) throw new Error('the verifier returned an unknown key');
  const toEvent = frontDoor === 'rest-api' ? restApiEvent : functionUrlEvent;
  const sourceIp = request.socket.remoteAddress ?? '';
  const fromLambda = (await options.invoke(toEvent(wire, caller, sourceIp))) as LambdaResponse;
  response.writeHead(fromLambda.statusCode, fromLambda.headers);
  response.end(fromLambda.body);
}
