import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRecords } from '../../cli/audit/record-source.ts';
import { verifyLog } from '../../cli/audit/verify-log.ts';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { startFunctionProcess } from '../../local/function-process.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const bundle = fileURLToPath(new URL('../../dist/function/index.mjs', import.meta.url));
let system: TestSystem;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'token-vending-runtime-'));
  // The bundle itself, with a report of the modules that its process has loaded.
  await writeFile(
    path.join(root, 'index.mjs'),
    `// An ESM import of node:fs touches fs.promises, and that loads web streams.
     const { writeFileSync } = process.getBuiltinModule('node:fs');
     const { handler: vend } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
     export const handler = async (event, context) => {
       const result = await vend(event, context);
       writeFileSync(${JSON.stringify(path.join(root, 'loaded.json'))}, JSON.stringify(process.moduleLoadList));
       return result;
     };`,
  );
  system = await startTestSystem({ functionRoot: root, concurrency: 1, frontDoor: 'rest-api' });
});

afterAll(async () => {
  await system.stop();
  await rm(root, { recursive: true });
});

describe('the bundle on the Lambda Runtime API', () => {
  const client = () =>
    system.client('ci-checkout', { endpoint: system.endpoint, transport: undefined });

  it('serves a REST API, one invocation at a time', async () => {
    const { TokenClient } = await import('../../client/index.ts');
    expect(client()).toBeInstanceOf(TokenClient);
    const event = {
      path: '/oauth2/token',
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&client_id=checkout%2Forders-api',
      isBase64Encoded: false,
      requestContext: {
        apiId: 'local',
        requestId: 'r-1',
        identity: { ...restIdentity(), sourceIp: '192.0.2.1' },
      },
    };
    const results = await Promise.all(
      [event, event, event].map((one) => system.function.invoke(one)),
    );
    const sources = results.map((result) => JSON.parse((result as { body: string }).body).source);
    expect(sources.sort()).toEqual(['cached', 'cached', 'minted']);
  });

  it('has not loaded undici, web streams or Intl after its first vend', async () => {
    const loaded: string[] = JSON.parse(await readFile(path.join(root, 'loaded.json'), 'utf8'));
    expect(loaded.filter((module) => /undici|webstreams|Intl/i.test(module))).toEqual([]);
    expect(loaded.length).toBeGreaterThan(50);
  });

  it('rejects a forged or incomplete identity, whatever the shape of the event', async () => {
    const identity = restIdentity();
    const forged = [
      {},
      null,
      {
        path: '/caller-identity',
        httpMethod: 'GET',
        headers: {},
        requestContext: { apiId: 'local', requestId: 'r' },
      },
      {
        path: '/caller-identity',
        httpMethod: 'GET',
        headers: {},
        requestContext: { apiId: 'local', requestId: 'r', identity: { ...identity, userArn: '' } },
      },
      {
        path: '/caller-identity',
        httpMethod: 'GET',
        headers: {},
        requestContext: {
          apiId: 'local',
          requestId: 'r',
          identity: { ...identity, accountId: '1' },
        },
      },
      {
        path: '/caller-identity',
        httpMethod: 'GET',
        headers: {},
        requestContext: { apiId: 'local', requestId: 'r', identity: { ...identity, user: null } },
      },
    ];
    for (const event of forged) {
      const { statusCode, body } = (await system.function.invoke(event)) as {
        statusCode: number;
        body: string;
      };
      expect([statusCode, JSON.parse(body).code]).toEqual([403, 'caller_unidentified']);
    }
  });

  it('gives nothing to whoever invokes another alias or version with a copied event, and records it', async () => {
    const copied = {
      path: '/oauth2/token',
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&client_id=checkout%2Forders-api',
      requestContext: { apiId: 'local', requestId: 'forged-id', identity: restIdentity() },
    };
    const before = (await denials()).length;
    const ids: string[] = [];
    for (const [qualifier, event] of [
      ['evil', copied],
      ['1', copied],
      ['', copied],
      ['live', { ...copied, requestContext: { ...copied.requestContext, apiId: 'evil' } }],
    ] as const) {
      const result = await system.function.invoke(event, qualifier);
      const { statusCode, body } = result as { statusCode: number; body: string };
      const { code, request_id, access_token } = JSON.parse(body);
      expect([statusCode, code, access_token]).toEqual([403, 'caller_unidentified', undefined]);
      ids.push(request_id);
    }
    const recorded = (await denials()).slice(before);
    expect(recorded.map(({ metadata }) => metadata.correlation_uid)).toEqual(ids);
    expect(recorded.map(({ status_code }) => status_code)).toEqual(
      ids.map(() => 'caller_unidentified'),
    );
    expect(JSON.stringify(recorded)).not.toMatch(/forged-id|ci-checkout/);
  });

  it('does not start with an invalid configuration, and names the error', async () => {
    const logFile = path.join(root, 'wrong.log');
    const start = (environment: Record<string, string>) =>
      startFunctionProcess({ root: path.dirname(bundle), environment, concurrency: 1, logFile });
    const invoked = { TOKEN_VENDING_ALIAS: 'live', TOKEN_VENDING_INVOKED_BY: 'function-url' };
    await expect(start({ TOKEN_VENDING_AUDIT: 's3://audit' })).rejects.toThrow(
      /TOKEN_VENDING_ALIAS is missing; TOKEN_VENDING_INVOKED_BY is missing/,
    );
    await expect(start({ ...invoked, TOKEN_VENDING_AUDIT: 'nowhere' })).rejects.toThrow(
      /TOKEN_VENDING_AUDIT must be s3/,
    );
    await expect(
      start({
        ...invoked,
        TOKEN_VENDING_AUDIT: `file://${root}/a`,
        TOKEN_VENDING_LOCAL: 'true',
        TOKEN_VENDING_POLICIES: root,
      }),
    ).rejects.toThrow(/there is no policy in any \*\.cedar file/);
  });
});

function restIdentity() {
  const { accountId, arn, userId, accessKeyId, organizationId } =
    system.caller('ci-checkout').identity;
  return {
    accountId,
    userArn: arn,
    user: userId,
    caller: userId,
    accessKey: accessKeyId,
    principalOrgId: organizationId ?? null,
  };
}

async function denials(): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  const records = readRecords(path.join(system.directory, 'audit'), {
    region: undefined,
    profile: undefined,
    pathStyle: true,
    signal: AbortSignal.timeout(100_000),
  });
  await verifyLog(records, {
    visit: (record) => {
      if (record.metadata.event_code === 'denial') found.push(record);
    },
  });
  return found;
}
