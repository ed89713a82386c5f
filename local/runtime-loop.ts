// What stands between Lambda and a handler: a loop over the documented Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Run as the function's process.
import type http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => Promise<unknown>;

// An ESM import of node:http would load undici (nodejs/node#59686), which Lambda's own loop does not.
const { Agent, request } = process.getBuiltinModule('node:http');

const {
  AWS_LAMBDA_RUNTIME_API: api = '',
  LAMBDA_TASK_ROOT: root = '.',
  _HANDLER: name = 'index.handler',
} = process.env;
const [host, port] = api.split(':');
// Several invocations share one process, as on Lambda managed instances.
const concurrency = Number(process.env['AWS_LAMBDA_MAX_CONCURRENCY'] ?? 1);
const agent = new Agent({ keepAlive: true });

async function call(method: string, resource: string, body?: unknown) {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const target = { host, port, agent, method, path: `/2018-06-01/runtime/${resource}` };
  request(target, resolve)
    .on('error', reject)
    // A handler that returns nothing answers null.
    .end(method === 'GET' ? undefined : JSON.stringify(body ?? null));
  const message = await promise;
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return { headers: message.headers, text };
}

function describeError(error: unknown) {
  const { name: errorType, message: errorMessage } =
    error instanceof Error ? error : new Error(String(error));
  return { errorType, errorMessage };
}

async function serve(handler: Handler): Promise<never> {
  for (;;) {
    const { headers, text } = await call('GET', 'invocation/next');
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
      await call('POST', `invocation/${id}/response`, await handler(JSON.parse(text), context));
    } catch (error) {
      await call('POST', `invocation/${id}/error`, describeError(error));
    }
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
