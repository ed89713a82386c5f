// The first assertion of a process that AWS signs: what a credential without a secret adds to its first mint. KMS and STS
// respond at once, so this is the time of loading and running their clients.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { listenOnLoopback } from '../local/loopback-server.ts';
import { functionBuildOptions } from '../tools/bundle-function.ts';
import { LAMBDA_FLAGS } from './cold-process.ts';
import { type GroupOptions, type GroupResult, measured } from './figure.ts';
import { measurePaired } from './paired.ts';

const run = promisify(execFile);

const AUTHENTICATIONS = {
  kms: { source: 'kms', kmsKeyId: 'bench', alg: 'EdDSA' },
  sts: { source: 'aws_web_identity', alg: 'RS256' },
};

const SIGNATURE = JSON.stringify({ Signature: Buffer.alloc(64).toString('base64') });
const SECRET = JSON.stringify({ SecretString: '{}', VersionId: 'v1' });
const TOKEN =
  '<R><GetWebIdentityTokenResult><WebIdentityToken>bench</WebIdentityToken></GetWebIdentityTokenResult></R>';

export async function benchFirstAssertion({ quick }: GroupOptions): Promise<GroupResult> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-first-assertion-'));
  const server = http.createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const json = target.startsWith('TrentService') ? SIGNATURE : SECRET;
    request.resume().on('end', () => response.end(target === '' ? TOKEN : json));
  });
  const aws = await listenOnLoopback(server, 0, 'AWS', 'nothing');
  try {
    await build(functionBuildOptions(directory, 'bench/variants/assertions.ts'));
    const main = path.join(directory, 'index.mjs');
    const env = {
      AWS_REGION: 'eu-north-1',
      AWS_ACCESS_KEY_ID: 'BENCH',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
      AWS_ENDPOINT_URL_KMS: aws.url,
      AWS_ENDPOINT_URL_STS: aws.url,
    };
    const next: Record<keyof typeof AUTHENTICATIONS, number[]> = { kms: [], sts: [] };
    const probe = (name: keyof typeof AUTHENTICATIONS) => async () => {
      const argv = [...LAMBDA_FLAGS, main, JSON.stringify(AUTHENTICATIONS[name])];
      const { stdout } = await run(process.execPath, argv, { env });
      const [first = Number.NaN, second = Number.NaN] = JSON.parse(stdout) as number[];
      next[name].push(second);
      return first;
    };
    const probes = { kms: probe('kms'), sts: probe('sts') };
    const { kms, sts } = await measurePaired(probes, quick ? 5 : 20, 1);
    return {
      group: 'first-assertion',
      title: 'Assertions that AWS signs; KMS and STS respond at once',
      figures: [
        measured('kms', 'first of a process, AWS KMS', 'ms', kms),
        measured('kms-next', 'second, AWS KMS', 'ms', next.kms),
        measured('sts', 'first of a process, AWS STS', 'ms', sts),
        measured('sts-next', 'second, AWS STS', 'ms', next.sts),
      ],
      notes: ['A process that needs no such assertion loads none of this: see the bundle.'],
    };
  } finally {
    await aws.close();
    await rm(directory, { recursive: true });
  }
}
