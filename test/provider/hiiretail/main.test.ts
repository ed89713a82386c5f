import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOCAL_TENANT, type LocalIamApi, startIamApi } from '../../../local/iam-api.ts';
import { makeCertificate } from '../../../provider/framework/process/certificate.ts';
import type { Schema } from '../../../provider/framework/schema/schema.ts';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import type { Diagnostic } from '../../../provider/framework/wire/generated/tfplugin6_pb.js';
import { hiiretailProvider } from '../../../provider/hiiretail/provider.ts';
import { bundleProvider } from '../../../tools/bundle-provider.ts';
import { startTokenIssuer, type TokenIssuer } from '../../support/token-issuer.ts';
import { PluginClient } from '../framework/support/plugin-client.ts';
import { readWire, wireNull, wireValue } from '../framework/support/wire-value.ts';

const permissions = hiiretailProvider.dataSources?.['hiiretail_iam_permissions']
  ?.schema as unknown as Schema;
const group = hiiretailProvider.resources?.['hiiretail_iam_group']?.schema as unknown as Schema;

let folder: string;
let program: string;
let issuer: TokenIssuer;
let api: LocalIamApi;
let plugin: PluginClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hp'));
  program = (await bundleProvider({ name: 'hiiretail', outdir: folder })).file;
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  issuer = await startTokenIssuer();
  api = await startIamApi({ port: 0, issuer: issuer.url });
});
afterEach(async () => {
  await plugin.close();
  await api.close();
  await issuer.close();
});

async function launch(environment: Record<string, string> = {}): Promise<void> {
  plugin = await PluginClient.launch({
    command: [process.execPath, program],
    environment,
    clientCertificate: makeCertificate(),
  });
  const config = {
    tenant_id: LOCAL_TENANT,
    base_url: api.url,
    client_id: 'client-1',
    client_secret: 'fake-secret-0001',
    token_url: `${issuer.url}/oauth2/token`,
    max_retries: 0,
  };
  const { diagnostics } = await plugin.call('configureProvider', {
    config: wireValue(hiiretailProvider.schema, config),
  });
  expect(diagnostics).toEqual([]);
}

async function readPermissions() {
  const { state, diagnostics } = await plugin.call('readDataSource', {
    typeName: 'hiiretail_iam_permissions',
    config: wireValue(permissions, {}),
  });
  return { found: readWire(permissions, state)?.['permissions'], diagnostics };
}

async function createGroup(config: ValueRecord): Promise<readonly Diagnostic[]> {
  const typeName = 'hiiretail_iam_group';
  const [priorState, given] = [wireNull(group), wireValue(group, config)];
  const { plannedState } = await plugin.call('planResourceChange', {
    typeName,
    priorState,
    proposedNewState: given,
    config: given,
  });
  const applied = { typeName, priorState, config: given };
  const { diagnostics } = await plugin.call(
    'applyResourceChange',
    plannedState === undefined ? applied : { ...applied, plannedState },
  );
  return diagnostics;
}

/** A run with successes, errors and a renewed token, until the process ends. */
async function useAll(): Promise<void> {
  expect((await readPermissions()).found).toHaveLength(5);
  expect(await createGroup({ name: 'Auditors' })).toEqual([]);
  api.revokeTokens();
  expect((await readPermissions()).found).toHaveLength(5);
  api.faults.push(
    { response: { status: 500, body: '<html>' }, times: 1 },
    { response: 'reset', times: 1 },
  );
  expect((await readPermissions()).diagnostics).toHaveLength(1);
  expect(await createGroup({ name: 'Others' })).toHaveLength(1);
  await plugin.shutdown();
  await plugin.exited();
}

describe('the process of the provider', () => {
  it('writes the line of its handshake and nothing else to either stream', async () => {
    await launch();
    await useAll();
    expect(plugin.stdout).toBe(`${plugin.handshake.line}\n`);
    expect(plugin.stderr).toBe('');
  });

  it('writes structured log lines with TF_LOG, without the content of requests and responses', async () => {
    await launch({ TF_LOG: 'trace' });
    await useAll();
    expect(plugin.stdout).toBe(`${plugin.handshake.line}\n`);
    const lines = plugin.stderr.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ '@module': 'hiiretail' });
    expect(plugin.stderr).not.toMatch(
      /127\.0\.0\.1|\/api\/v|Bearer|Auditors|FAKETENANT|client-1|fake-|eyJ/,
    );
  });
});
