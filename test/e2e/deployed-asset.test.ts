import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTokenVendingConfig } from '../../infra/token-vending-config.ts';
import { TokenVendingStack } from '../../infra/token-vending-stack.ts';
import { type FunctionProcess, startFunctionProcess } from '../../local/function-process.ts';
import { type Synthesised, synthesise } from '../infra/synthesise.ts';
import { resolveTemplate } from '../support/resolve-template.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let synthesised: Synthesised;
let vend: Deployed;
let prober: Deployed;

/** A function in the template. */
interface Deployed {
  readonly handler: string;
  readonly environment: Record<string, string>;
  /** Its directory in the cloud assembly. */
  readonly asset: string;
}

beforeAll(() => {
  const config = readTokenVendingConfig(path.join(root, 'token-vending.config.example.yaml'));
  synthesised = synthesise((app) => new TokenVendingStack(app, { config, directory: root }));
  vend = findFunction('token-vending');
  prober = findFunction('token-vending-prober');
});
afterAll(() => rmSync(synthesised.directory, { recursive: true }));

function findFunction(name: string): Deployed {
  const { Resources } = resolveTemplate(synthesised.template);
  const found = Object.values(Resources).find(
    ({ Properties }) => Properties?.FunctionName === name,
  );
  const { Handler, Environment, Code } = found?.Properties ?? {};
  const hash = String(Code.S3Key).replace(/\.zip$/, '');
  return {
    handler: Handler,
    environment: Environment.Variables,
    asset: path.join(synthesised.directory, `asset.${hash}`),
  };
}

async function contentsOf(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.map(
      async (file) => [path.relative(directory, file), await readFile(file, 'base64')] as const,
    ),
  );
  return new Map(contents.sort());
}

describe('the asset of the function', () => {
  it('is the bundle that the local system runs, byte for byte, without source maps', async () => {
    const built = await contentsOf(path.join(root, 'dist/function'));
    const unshipped = [...built.keys()].filter((file) => file.endsWith('.map'));
    for (const file of unshipped) built.delete(file);
    expect(unshipped.length).toBeGreaterThan(0);
    expect(await contentsOf(vend.asset)).toEqual(built);
    expect([...built.keys()]).toEqual(
      expect.arrayContaining(['index.mjs', 'policies/teams.cedar', 'cedar_wasm_bg.wasm']),
    );
  });

  it('contains no path of the machine that built it, and no secret in its environment', async () => {
    const index = await readFile(path.join(vend.asset, 'index.mjs'), 'utf8');
    expect(index).not.toContain(root);
    expect(Object.keys(vend.environment).sort()).toEqual([
      'MALLOC_ARENA_MAX',
      'TOKEN_VENDING_ALIAS',
      'TOKEN_VENDING_AUDIT',
      'TOKEN_VENDING_INVOKED_BY',
      'TOKEN_VENDING_LIST_CREDENTIALS',
      'TOKEN_VENDING_MINTS_PER_MINUTE',
      'TOKEN_VENDING_NAME',
      'TOKEN_VENDING_REGISTRY_URL',
      'TOKEN_VENDING_SECRET_PREFIX',
      'TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE',
    ]);
  });
});

describe('the deployed function, on the Lambda Runtime API', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startTestSystem({
      functionRoot: vend.asset,
      audit: 's3',
      concurrency: 1,
      // As in the template; the policies are those of the asset, and the endpoint is the local one.
      environment: {
        ...vend.environment,
        TOKEN_VENDING_POLICIES: '',
        TOKEN_VENDING_INVOKED_BY: 'function-url/local',
      },
    });
  });
  afterAll(() => system.stop());

  it('vends a token, and records it in the bucket of the template', async () => {
    expect(vend.handler).toBe('index.handler');
    const token = await system
      .client('ci-checkout')
      .getToken({ credential: 'checkout/orders-api', fresh: true });
    expect(token).toMatchObject({ token_type: 'Bearer', source: 'minted' });
    const place = vend.environment['TOKEN_VENDING_AUDIT']?.replace('s3://', '');
    const records = [...(system.objectStore?.objects ?? [])];
    expect(records.every(([name]) => name.startsWith(`${place}/v1/`))).toBe(true);
    expect(records.map(([, body]) => body.toString()).join()).toContain(token.vend_id);
  });

  it('denies callers that the policies in the asset do not permit', async () => {
    await expect(
      system.client('newcomer').getToken({ credential: 'checkout/orders-api' }),
    ).rejects.toMatchObject({ code: 'policy_denied' });
  });

  it('passes the probes of the deployed prober, which signs as its own role', async () => {
    const {
      accessKeyId,
      secretAccessKey,
      sessionToken = '',
    } = system.caller('token-vending-prober-eu-north-1');
    const { promise: metrics, resolve: found } = Promise.withResolvers<string>();
    const print = (line: string) => line.includes('_aws') && found(line);
    const running: FunctionProcess = await startFunctionProcess({
      root: prober.asset,
      concurrency: 1,
      logFile: path.join(system.directory, 'prober.log'),
      onLog: print,
      environment: {
        ...prober.environment,
        TOKEN_VENDING_ENDPOINT: system.endpoint,
        AWS_REGION: system.region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    });
    try {
      expect(prober.environment['TOKEN_VENDING_ENDPOINT']).toMatch(/^https:.*on\.aws\/$/);
      expect(await running.invoke({})).toEqual([
        { expected: 'token', passed: true },
        { expected: 'refusal', passed: true, code: 'policy_denied' },
      ]);
    } finally {
      await running.stop();
    }
    expect(JSON.parse(await metrics)).toMatchObject({
      service: 'token-vending',
      Probes: 2,
      ProbeFailures: 0,
    });
  });
});
