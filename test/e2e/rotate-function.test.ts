import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  RotateSecretCommand,
  type RotateSecretCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { readBody } from '../../local/loopback-server.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { readAllFiles } from '../support/canary-search.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const bundle = fileURLToPath(new URL('../../dist/rotate/index.mjs', import.meta.url));
const NAME = 'checkout/orders-api';
const STEPS = ['create_secret', 'set_secret', 'test_secret', 'finish_secret'];

let system: TestSystem;
/** The part of the admin API of Hydra that changes a client. */
const admin = createServer(async (request, response) => {
  const id = request.url?.split('/').at(-1) ?? '';
  const [{ value }] = JSON.parse((await readBody(request)).toString());
  const client = system.authorizationServer.find(id);
  if (client !== undefined) {
    system.guard(value);
    system.authorizationServer.register({ ...client, client_secret: value });
  }
  response.writeHead(client === undefined ? 404 : 200).end('{}');
});

beforeAll(async () => {
  system = await startTestSystem();
  admin.listen(0, '127.0.0.1');
  await once(admin, 'listening');
  const { store } = system.secretsManager;
  const admin_url = `http://127.0.0.1:${(admin.address() as AddressInfo).port}`;
  const rotation = { recipe: 'hydra', parameters: { admin_url } };
  await putDocument(store, NAME, { ...readDocument(store, NAME), rotation });
});
afterAll(async () => {
  admin.close();
  await system.stop();
});

/** The bundle that is deployed, in a process of its own for each step. */
async function invoke(Step: string, { ARN, VersionId }: RotateSecretCommandOutput) {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = system.caller('operator');
  const event = { Step, SecretId: ARN, ClientRequestToken: VersionId, RotationToken: 'x' };
  const code = `const { handler } = await import(${JSON.stringify(bundle)}); await handler(${JSON.stringify(event)}, { awsRequestId: 'request-1' });`;
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: system.region,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: system.secretsManager.url,
      TOKEN_VENDING_LOCAL: 'true',
      TOKEN_VENDING_AUDIT: `file://${path.join(system.directory, 'rotation-audit')}`,
    },
  });
  return stdout;
}

async function startRotation(): Promise<RotateSecretCommandOutput> {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = system.caller('operator');
  const client = new SecretsManagerClient({
    region: system.region,
    endpoint: system.secretsManager.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const command = new RotateSecretCommand({
    SecretId: `token-vending/${NAME}`,
    ClientRequestToken: randomUUID(),
  });
  return await client.send(command);
}

describe('the bundle of the rotation function', () => {
  it('rotates a secret in the four steps, while callers get tokens', async () => {
    const caller = system.client('ci-checkout');
    const before = readDocument(system.secretsManager.store, NAME)['client_secret'];
    const rotation = await startRotation();
    for (const step of STEPS) {
      expect(await invoke(step, rotation)).toContain('"outcome":"done"');
      const token = await caller.getToken({ credential: NAME, fresh: true });
      expect(token.access_token).not.toBe('');
    }
    const after = readDocument(system.secretsManager.store, NAME)['client_secret'];
    expect(after).not.toBe(before);
  });

  it('leaves records that verify', async () => {
    const verifier = new AuditVerifier();
    const files = await readAllFiles(path.join(system.directory, 'rotation-audit'));
    for (const { file, text } of files.sort((a, b) => (a.file < b.file ? -1 : 1)))
      verifier.add(file, Buffer.from(text));
    const { breaks, kinds } = verifier.result();
    expect(breaks).toEqual([]);
    expect(kinds).toEqual({ 'process-start': 4, 'rotation-intent': 4, rotation: 4 });
  });

  it('says why a step failed', async () => {
    const rotation = await startRotation();
    const failure = invoke('test_secret', rotation);
    await expect(failure).rejects.toMatchObject({
      stderr: expect.stringContaining(
        'The rotation of checkout/orders-api failed at step test: The version of this rotation has no value',
      ),
    });
  });
});
