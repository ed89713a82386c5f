import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registryStatements } from '../../../lib/credential/registry-statements.ts';
import { secretsManagerStatements } from '../../../lib/credential/secrets-manager-statements.ts';
import { ACCOUNT, ORGANIZATION } from '../../../local/callers.ts';
import { REGION, REGISTRY, ROTATION, VENDING } from '../../../local/deployed-functions.ts';
import { type FunctionProcess, startFunctionProcess } from '../../../local/function-process.ts';
import { MOTO_SERVER } from '../../../tools/interop/moto.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { type InteropAws, startAws } from '../aws.ts';
import { createMotoUser, enforceMotoIam, type MotoKey } from './moto-iam.ts';

const NAME = 'token-vending/checkout/orders-api';
const PATH = '/credentials/checkout/orders-api';
const ANY = { 'if-match': '*' };
const scope = { secrets: '*', functionArn: REGISTRY.arn, key: '*', rotationFunction: ROTATION.arn };

const installed = existsSync(MOTO_SERVER);
if (!installed) process.stderr.write('skipped: the registry on moto: moto is not installed\n');

let directory: string;
let aws: InteropAws;
let registry: FunctionProcess;
let reader: MotoKey;

interface Sent {
  readonly path?: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(
  to: FunctionProcess,
  method: string,
  { path: rawPath = PATH, query = '', body, headers = ANY }: Sent = {},
) {
  const type = method === 'PUT' ? 'application/json' : 'application/merge-patch+json';
  const userArn = `arn:aws:sts::${ACCOUNT}:assumed-role/checkout-lead/ann`;
  const response = await to.invoke({
    rawPath,
    rawQueryString: query,
    headers: { 'content-type': type, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    requestContext: {
      apiId: 'abc',
      domainName: `abc.lambda-url.${REGION}.on.aws`,
      authorizer: {
        iam: {
          accountId: ACCOUNT,
          userArn,
          userId: 'AROAEXAMPLE:ann',
          principalOrgId: ORGANIZATION,
        },
      },
      http: { method, sourceIp: '192.0.2.7' },
      requestId: 'request-1',
    },
  });
  const { statusCode, body: text } = response as { statusCode: number; body: string };
  expect(text).not.toContain(SECRET_CANARY);
  return { status: statusCode, json: JSON.parse(text) };
}

async function start(key: MotoKey): Promise<FunctionProcess> {
  return await startFunctionProcess({
    lambda: REGISTRY,
    concurrency: 1,
    logFile: path.join(directory, 'registry.log'),
    environment: {
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.options.endpoint,
      TOKEN_VENDING_ALIAS: 'live',
      TOKEN_VENDING_INVOKED_BY: 'function-url',
      TOKEN_VENDING_LOCAL: 'true',
      TOKEN_VENDING_AUDIT: `file://${path.join(directory, 'audit')}`,
      TOKEN_VENDING_VENDING_ROLES: VENDING.roleArn,
      TOKEN_VENDING_REGISTRY_ROLES: REGISTRY.roleArn,
      TOKEN_VENDING_ROTATION_ROLES: ROTATION.roleArn,
      TOKEN_VENDING_ROTATION_FUNCTION: ROTATION.arn,
    },
  });
}

// What moto enforces: the signature of each request, and the actions of each user. It does not
// enforce resources, condition keys and resource policies. A rotation is not tried: moto runs its function in a container.
(installed ? describe : describe.skip)('the registry on moto, which enforces the actions', () => {
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'token-vending-moto-'));
    aws = await startAws(directory);
    const { endpoint } = aws.options;
    const writer = await createMotoUser(endpoint, 'registry', registryStatements(scope));
    const vending = { secrets: '*', list: true, functionArn: VENDING.arn };
    reader = await createMotoUser(endpoint, 'vending', secretsManagerStatements(vending));
    await enforceMotoIam(endpoint);
    registry = await start(writer);
  });
  afterAll(async () => {
    await registry?.stop();
    await aws?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  it('registers a credential, which the vending function reads', async () => {
    const put = { query: 'test=skip', body: DOCUMENT, headers: {} };
    const { status, json } = await send(registry, 'PUT', put);
    expect([status, json.status]).toEqual([201, 'enabled']);
    const client = new SecretsManagerClient({ ...aws.options, credentials: reader });
    const stored = await client.send(
      new GetSecretValueCommand({ SecretId: NAME, VersionStage: 'AWSCURRENT' }),
    );
    expect(JSON.parse(String(stored.SecretString))).toEqual(DOCUMENT);
  });

  it('changes it by its ETag, and refuses an older one', async () => {
    const { json: before } = await send(registry, 'GET');
    const headers = { 'if-match': `"${before.version_id}"` };
    const patch = { body: { status: 'disabled' }, headers };
    expect((await send(registry, 'PATCH', patch)).json.status).toBe('disabled');
    expect((await send(registry, 'PATCH', patch)).json.code).toBe('version_conflict');
  });

  it('deletes it, and takes the deletion back', async () => {
    expect((await send(registry, 'DELETE')).json.recoverable_days).toBe(30);
    expect((await send(registry, 'GET')).json.code).toBe('credential_unknown');
    const restored = await send(registry, 'POST', { path: `${PATH}/restore`, headers: {} });
    expect([restored.status, restored.json.status]).toEqual([200, 'disabled']);
  });

  it('cannot write with the actions of the vending function', async () => {
    const other = await start(reader);
    try {
      const put = { query: 'test=skip', body: DOCUMENT, headers: {} };
      const path = '/credentials/checkout/other-api';
      const { status, json } = await send(other, 'PUT', { ...put, path });
      expect([status, json.code]).toEqual([503, 'secrets_unavailable']);
    } finally {
      await other.stop();
    }
  });
});
