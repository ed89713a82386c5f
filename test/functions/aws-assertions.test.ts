import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { jwtVerify } from 'jose';
import { functionBuildOptions } from '../../tools/bundle-function.ts';
import { type AwsService, startAwsService } from '../support/aws-service.ts';
import { type KmsService, startKmsService } from '../support/kms-service.ts';

const run = promisify(execFile);
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let directory: string;
let kms: KmsService;
let sts: AwsService;
let stsResponse = { status: 200, body: '' };

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'aws-assertions-'));
  [kms, sts] = await Promise.all([startKmsService(), startAwsService(() => stsResponse)]);
  kms.keys.set('key-1', { ...pair, keySpec: 'ECC_NIST_P256', algorithms: ['ECDSA_SHA_256'] });
  await build(functionBuildOptions(directory, 'functions/aws-assertions.ts'));
  await writeFile(path.join(directory, 'main.mjs'), MAIN);
});
afterAll(async () => {
  await Promise.all([kms.close(), sts.close()]);
  await rm(directory, { recursive: true });
});

const MAIN = `
const { openFunctionAssertions } = await import('./index.mjs');
const [authentication] = process.argv.slice(2).map((text) => JSON.parse(text));
const { signal } = new AbortController();
const request = { authentication, clientId: 'orders', audience: 'https://auth.example.com', signal };
const result = await openFunctionAssertions().issue(request).catch(({ code, message }) => ({ code, message }));
const heavy = process.moduleLoadList.filter((module) => /undici|webstreams/i.test(module));
process.stdout.write(JSON.stringify({ result, heavy }));
`;

/** Issues an assertion in a process of its own, with the bundle and what Lambda sets. */
async function issue(authentication: object) {
  const env = {
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'TEST',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'session',
    AWS_ENDPOINT_URL_KMS: kms.options.endpoint,
    AWS_ENDPOINT_URL_STS: sts.options.endpoint,
  };
  const main = path.join(directory, 'main.mjs');
  const { stdout } = await run(process.execPath, [main, JSON.stringify(authentication)], { env });
  return JSON.parse(stdout);
}

describe('the bundle of the function', () => {
  it('gets a signature of AWS KMS with the credentials of its environment', async () => {
    const { result, heavy } = await issue({ source: 'kms', kmsKeyId: 'key-1', alg: 'ES256' });
    const { payload } = await jwtVerify(result, pair.publicKey);
    expect([payload.sub, heavy]).toEqual(['orders', []]);
    expect(kms.requests.at(-1)?.headers['x-amz-security-token']).toBe('session');
  });

  it('gets an assertion of AWS STS', async () => {
    stsResponse = {
      status: 200,
      body: '<R><GetWebIdentityTokenResult><WebIdentityToken>a.b.c</WebIdentityToken></GetWebIdentityTokenResult></R>',
    };
    expect(await issue({ source: 'aws_web_identity', alg: 'RS256' })).toEqual({
      result: 'a.b.c',
      heavy: [],
    });
  });

  it('reads the errors of both', async () => {
    const key = { source: 'kms', kmsKeyId: 'key-2', alg: 'ES256' };
    expect((await issue(key)).result.message).toBe('There is no KMS key key-2 in this Region.');
    stsResponse = {
      status: 403,
      body: '<ErrorResponse><Error><Code>OutboundWebIdentityFederationDisabledException</Code></Error></ErrorResponse>',
    };
    const { result } = await issue({ source: 'aws_web_identity', alg: 'RS256' });
    expect(result.message).toContain('web identity federation is disabled');
  });
});
