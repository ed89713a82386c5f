import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { ACCOUNT } from '../../local/callers.ts';
import { readDocument } from '../../local/seed.ts';
import { readAllFiles } from '../support/canary-search.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = path.join(root, 'dist/registry/index.mjs');
const PATH = '/credentials/checkout/orders-api';
const roleOf = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const ANY = { 'if-match': '*' };

interface Sent {
  readonly role: 'checkout-lead' | 'on-call';
  readonly method: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
});

/** The event of a function URL, as AWS makes it of a signed request. */
function eventOf({ role, method, path: rawPath = PATH, body, headers = ANY }: Sent): object {
  const type = method === 'PUT' ? 'application/json' : 'application/merge-patch+json';
  const iam = {
    accountId: ACCOUNT,
    userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/ann`,
    userId: 'AROAEXAMPLE:ann',
  };
  return {
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': type, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    requestContext: {
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-north-1.on.aws',
      authorizer: { iam },
      http: { method, sourceIp: '192.0.2.7' },
      requestId: 'request-1',
    },
  };
}

interface Received {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Record<string, unknown>;
}

let runs = 0;

/** Sends requests to the bundle that is deployed, in one process. */
async function send(...requests: readonly Sent[]): Promise<Received[]> {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = system.caller('operator');
  const context = {
    awsRequestId: 'request-1',
    invokedFunctionArn: `arn:aws:lambda:eu-north-1:${ACCOUNT}:function:registry:live`,
  };
  const code = `const { handler } = await import(${JSON.stringify(bundle)});
    for (const event of JSON.parse(process.env.EVENTS))
      console.log('RESULT ' + JSON.stringify(await handler(event, ${JSON.stringify(context)})));`;
  const args = ['--input-type=module', '--eval', code];
  const ran = await promisify(execFile)(process.execPath, args, {
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: system.region,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: system.secretsManager.url,
      TOKEN_VENDING_ALIAS: 'live',
      TOKEN_VENDING_INVOKED_BY: 'function-url',
      TOKEN_VENDING_LOCAL: 'true',
      TOKEN_VENDING_POLICIES: path.join(root, 'examples/policies/registry'),
      TOKEN_VENDING_AUDIT: `file://${path.join(system.directory, 'registry-audit')}`,
      TOKEN_VENDING_VENDING_ROLES: roleOf('vending'),
      TOKEN_VENDING_REGISTRY_ROLES: roleOf('registry'),
      EVENTS: JSON.stringify(requests.map(eventOf)),
    },
  });
  // The system searches every file of its directory for secrets when it stops.
  runs += 1;
  await writeFile(path.join(system.directory, `registry-${runs}.log`), ran.stdout + ran.stderr);
  const lines = ran.stdout.split('\n').filter((line) => line.startsWith('RESULT '));
  return lines.map((line) => {
    const { statusCode, headers, body } = JSON.parse(line.slice(7));
    return { statusCode, headers, json: JSON.parse(body) };
  });
}

describe('the bundle of the registry', () => {
  it('lets on-call switch off, and the lead of the team switch on', async () => {
    const off = { role: 'on-call', method: 'PATCH', body: { status: 'disabled' } } as const;
    const on = { method: 'PATCH', body: { status: 'enabled' } } as const;
    const [switchedOff, refused, switchedOn] = await send(
      off,
      { ...on, role: 'on-call' },
      { ...on, role: 'checkout-lead' },
    );
    expect(switchedOff).toMatchObject({ statusCode: 200, json: { status: 'disabled' } });
    expect(refused).toMatchObject({ statusCode: 403, json: { code: 'policy_denied' } });
    expect(refused?.json['advice']).toMatch(/^On-call may switch off/);
    expect(switchedOn).toMatchObject({ statusCode: 200, json: { status: 'enabled' } });
  });

  it('registers a credential by a real grant, and stores none that gets no token', async () => {
    const { store } = system.secretsManager;
    const document = readDocument(store, 'checkout/orders-api');
    const wrong = 'canary-wrong-secret-55d0';
    system.guard(wrong);
    const put = {
      role: 'checkout-lead',
      method: 'PUT',
      headers: { 'if-none-match': '*' },
    } as const;
    const [registered, refused] = await send(
      { ...put, path: '/credentials/checkout/copy-api', body: document },
      {
        ...put,
        path: '/credentials/checkout/wrong-api',
        body: { ...document, client_secret: wrong },
      },
    );
    expect(registered?.statusCode).toBe(201);
    expect(readDocument(store, 'checkout/copy-api')).toEqual(document);
    expect(store.find('token-vending/checkout/copy-api')?.policy).toContain('DenyOtherReaders');
    expect(refused).toMatchObject({ statusCode: 502, json: { code: 'credential_refused' } });
    expect(refused?.json['error_description']).toMatch(/^The document was not stored/);
    expect(store.find('token-vending/checkout/wrong-api')).toBeUndefined();
  });

  it('leaves a log that verifies', async () => {
    const verifier = new AuditVerifier();
    const folder = path.join(system.directory, 'registry-audit');
    const files = await readAllFiles(folder);
    for (const { file, text } of files.sort((a, b) => (a.file < b.file ? -1 : 1)))
      verifier.add(file, Buffer.from(text));
    const { breaks, kinds } = verifier.result();
    expect(breaks).toEqual([]);
    expect(kinds).toMatchObject({ 'registration-intent': 3, registration: 3, mint: 1 });
  });
});
