import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { type DeployedFunction, VENDING } from './deployed-functions.ts';
import { type LoopbackServer, listenOnLoopback, readBody } from './loopback-server.ts';

interface Invocation {
  readonly event: unknown;
  readonly qualifier: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The function responded with an error, or ended before it responded. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** The function ended before it took the event. Another process may take it. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

export interface RuntimeApi extends LoopbackServer {
  /**
   * Resolves when the function first requests an event. Rejects with the error that it posted to
   * `init/error`.
   */
  readonly ready: Promise<void>;
  /**
   * Sends an event to the function.
   *
   * @param qualifier the alias or version that is invoked; empty: none, which is `$LATEST`
   * @throws {@link FunctionError}, {@link NotTaken}
   */
  invoke(event: unknown, qualifier?: string): Promise<unknown>;
  /**
   * Call this after the process has ended. Rejects every invocation under way, and returns the
   * waiting events as not taken.
   */
  abandon(reason: string): void;
}

/** The alias that the endpoint invokes. */
export const ALIAS = 'live';
const PREFIX = '/2018-06-01/runtime';

/**
 * The Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): a function process polls
 * `invocation/next`, and posts to `invocation/{id}/response` or `/error`, or to `init/error`.
 *
 * @param lambda the function that is invoked; default: the vending function
 */
export async function startRuntimeApi(lambda: DeployedFunction = VENDING): Promise<RuntimeApi> {
  const waiting: [id: string, Invocation][] = [];
  const pollers: http.ServerResponse[] = [];
  const running = new Map<string, Invocation>();
  const { promise: ready, resolve: setReady, reject: failInit } = Promise.withResolvers<void>();
  ready.catch(() => undefined);

  const match = () => {
    while (waiting.length > 0 && pollers.length > 0) {
      const poller = pollers.shift() as http.ServerResponse;
      if (poller.destroyed) continue;
      const [id, invocation] = waiting.shift() as [string, Invocation];
      running.set(id, invocation);
      poller.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        // From now on, not from when the event began to wait for a free process: in Lambda each
        // event has its own process.
        'lambda-runtime-deadline-ms': String(Date.now() + lambda.timeout),
        'lambda-runtime-invoked-function-arn': arnOf(lambda, invocation),
      });
      poller.end(JSON.stringify(invocation.event));
    }
  };

  const settle = (id: string, outcome: string, body: string) => {
    const invocation = running.get(id);
    running.delete(id);
    if (outcome === 'response') invocation?.resolve(JSON.parse(body));
    else invocation?.reject(new FunctionError(body));
    return invocation !== undefined;
  };

  const server = http.createServer(async (request, response) => {
    const path = request.url ?? '';
    if (path === `${PREFIX}/invocation/next`) {
      setReady();
      pollers.push(response);
      match();
      return;
    }
    const body = (await readBody(request)).toString();
    const [, id, outcome] = /\/invocation\/([\w-]+)\/(response|error)$/.exec(path) ?? [];
    if (path === `${PREFIX}/init/error`) failInit(new FunctionError(body));
    const known =
      id !== undefined && outcome !== undefined
        ? settle(id, outcome, body)
        : path.endsWith('/init/error');
    response
      .writeHead(known ? 202 : 404, { 'content-type': 'application/json' })
      .end('{"status":"OK"}');
  });
  server.requestTimeout = 0;
  server.headersTimeout = 0;

  return {
    ...(await listenOnLoopback(server, 0, 'Runtime API', 'nothing: it takes a free one')),
    ready,
    invoke: (event, qualifier = ALIAS) =>
      new Promise((resolve, reject) => {
        waiting.push([randomUUID(), { event, qualifier, resolve, reject }]);
        match();
      }),
    abandon(reason) {
      for (const { reject } of running.values()) reject(new FunctionError(reason));
      running.clear();
      for (const [, { reject }] of waiting.splice(0)) reject(new NotTaken(reason));
    },
  };
}

function arnOf({ arn }: DeployedFunction, { qualifier }: Invocation): string {
  return qualifier === '' ? arn : `${arn}:${qualifier}`;
}
