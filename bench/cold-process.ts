// One cold start: a new process behind the Lambda Runtime API, its init, its first invocation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startRuntimeApi } from '../local/runtime-api.ts';
import type { UpstreamProcess } from './upstream-process.ts';

// Lambda's own, as documented for node20.x and seen in aws-lambda-ric 4: --expose-gc makes Node reject its code cache, so
// each builtin costs twice as much.
export const LAMBDA_FLAGS = [
  '--expose-gc',
  '--max-semi-space-size=16',
  '--max-old-space-size=460',
  '--no-warnings',
];

/** Milliseconds, unless said otherwise. */
export interface ColdStart {
  /** From spawn to the first poll for an event. */
  readonly init: number;
  /** From the first event to its answer. */
  readonly first: number;
  /** CPU time of the first invocation, all threads. */
  readonly firstCpu: number;
  /** CPU time from the start of the process, all threads. */
  readonly cpu: number;
  /** `process.moduleLoadList` after it. */
  readonly modules: readonly string[];
  /** Bytes of resident memory after it. */
  readonly rss: number;
}

const PROBE = `// What the process has used, asked by an event that the function never sees.
import { handler as inner } from './index.mjs';
let first = 0;
const milliseconds = ({ user, system }) => (user + system) / 1000;
export const handler = async (event, context) => {
  if (event.probe) return { first, cpu: milliseconds(process.cpuUsage()), modules: process.moduleLoadList, rss: process.memoryUsage.rss() };
  const before = process.cpuUsage();
  try {
    return await inner(event, context);
  } finally {
    first ||= milliseconds(process.cpuUsage(before));
  }
};
`;

/**
 * The Runtime API's client as JavaScript: run as TypeScript, Node would load its type stripper in each process, and make
 * every function look as slow as the empty one.
 *
 * @returns its file
 */
export async function buildRuntimeLoop(directory: string): Promise<string> {
  const outfile = path.join(directory, 'runtime-loop.mjs');
  const entry = fileURLToPath(new URL('../local/runtime-loop.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile, format: 'esm', target: 'node24' });
  return outfile;
}

/** Puts the probe beside a function's `index.mjs`. */
export async function installProbe(directory: string): Promise<void> {
  await writeFile(path.join(directory, 'probe.mjs'), PROBE);
}

/** What the functions find in their environment, as in AWS; no key in it opens anything. */
export async function functionEnvironment(
  upstreams: UpstreamProcess,
  directory: string,
  policies: string,
): Promise<Record<string, string>> {
  const certificate = path.join(directory, 'upstreams.pem');
  await writeFile(certificate, upstreams.certificate);
  return {
    NODE_EXTRA_CA_CERTS: certificate,
    AWS_ACCESS_KEY_ID: 'BENCH',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_REGION: 'eu-north-1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: upstreams.url,
    AWS_ENDPOINT_URL_S3: upstreams.bucketUrl,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_VERSION: '1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    MALLOC_ARENA_MAX: '2',
    TOKEN_VENDING_ALIAS: 'live',
    TOKEN_VENDING_AUDIT: 's3://bench-audit',
    TOKEN_VENDING_INVOKED_BY: 'function-url',
    TOKEN_VENDING_POLICIES: policies,
  };
}

/**
 * @param root directory of the function
 * @throws Error when the function does not start, or does not answer 200
 */
export async function coldStart(
  root: string,
  loop: string,
  environment: Readonly<Record<string, string>>,
  event: unknown,
): Promise<ColdStart> {
  const api = await startRuntimeApi();
  const spawned = performance.now();
  const child = spawn(process.execPath, [...LAMBDA_FLAGS, loop], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...environment,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.port}`,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: 'probe.handler',
    },
  });
  try {
    await Promise.race([
      api.ready,
      once(child, 'exit').then(() => Promise.reject(new Error(`${root} did not start`))),
    ]);
    const ready = performance.now();
    const { statusCode } = (await api.invoke(event)) as { statusCode: number };
    const answered = performance.now();
    if (statusCode !== 200) throw new Error(`${root} answered ${statusCode}`);
    const seen = (await api.invoke({ probe: true })) as {
      first: number;
      cpu: number;
      modules: string[];
      rss: number;
    };
    return {
      init: ready - spawned,
      first: answered - ready,
      firstCpu: seen.first,
      cpu: seen.cpu,
      modules: seen.modules,
      rss: seen.rss,
    };
  } finally {
    child.kill('SIGKILL');
    await api.close();
  }
}
