// The loop between Lambda and a handler, over the documented Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Run as the function's process.
import type http from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => Promise<unknown>;

// An ESM import of node:http loads undici (nodejs/node#59686), which the loop of Lambda does not
// load.
const { Agent, request } = process.getBuiltinModule('node:http');

const {
  AWS_LAMBDA_RUNTIME_API: api = '',
  LAMBDA_TASK_ROOT: root = '.',
  _HANDLER: name = 'index.handler',
} = process.env;
const [host, port] = api.split(':');
// More than one invocation shares the process, as on Lambda managed instances.
const concurrency = Number(process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ?? 1);
const NEXT = 'invocation/next';
const agent = new Agent({ keepAlive: true });

// The client of Lambda keeps the process alive only while it waits for the next invocation. If a
// handler waits for something that does not keep the process alive, the process ends in the middle
// of the invocation. It must end here as well, even if another poll is waiting.
const polls = new Set<Socket>();
let running = 0;

function holdWhileIdle(): void {
  for (const socket of polls) running === 0 ? socket.ref() : socket.unref();
}

async function call(method: string, resource: string, body?: unknown) {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const target = { host, port, agent, method, path: `/2018-06-01/runtime/${resource}` };
  const sent = request(target, resolve).on('error', reject);
  if (resource === NEXT) sent.on('socket', holdByPoll);
  // The response of a handler that returns nothing is null.
  sent.end(method === 'GET' ? undefined : JSON.stringify(body ?? null));
  const message = await promise;
  polls.delete(message.socket);
  message.socket.ref();
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return { headers: message.headers, text };
}

function holdByPoll(socket: Socket): void {
  polls.add(socket);
  holdWhileIdle();
}

function describeError(error: unknown) {
  const { name: errorType, message: errorMessage } =
    error instanceof Error ? error : new Error(String(error));
  return { errorType, errorMessage };
}

async function serve(handler: Handler): Promise<never> {
  for (;;) {
    const { headers, text } = await call('GET', NEXT);
    const id = String(headers['lambda-runtime-aws-request-id']);
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    const context = {
      awsRequestId: id,
      functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    try {
      const result = await runHandler(() => handler(JSON.parse(text), context));
      await call('POST', `invocation/${id}/response`, result);
    } catch (error) {
      await call('POST', `invocation/${id}/error`, describeError(error));
    }
  }
}

async function runHandler(run: () => Promise<unknown>): Promise<unknown> {
  running += 1;
  holdWhileIdle();
  try {
    return await run();
  } finally {
    running -= 1;
    holdWhileIdle();
  }
}

async function load(): Promise<Handler> {
  const [file, property] = name.split('.') as [string, string];
  try {
    const module = await import(pathToFileURL(path.join(root, `${file}.mjs`)).href);
    return module[property];
  } catch (error) {
    await call('POST', 'init/error', describeError(error));
    return process.exit(1);
  }
}

const handler = await load();
await Promise.all(Array.from({ length: concurrency }, () => serve(handler)));
