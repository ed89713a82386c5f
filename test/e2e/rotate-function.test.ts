import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { readDocument } from '../../local/seed.ts';
import { readAllFiles } from '../support/canary-search.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { addShortLived, startVendLoop } from '../support/vend-loop.ts';

const NAME = 'checkout/orders-api';
const CLIENT = 'checkout-orders';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
});

const secretOf = () => readDocument(system.secretsManager.store, NAME)['client_secret'];
const secretAtServer = () => system.authorizationServer.find(CLIENT)?.client_secret;
const settled = async () => await system.secretsManager.rotations?.settled();
const events = () => system.secretsManager.rotations?.events.map(({ name }) => name);

async function rotate(): Promise<string> {
  const { pending_version_id } = await system.registryClient('checkout-lead').rotate(NAME);
  return String(pending_version_id);
}

/** Lets the overlap of a credential be over. */
async function endOverlap(name: string): Promise<void> {
  const { store } = system.secretsManager;
  const secret = store.find(`token-vending/${name}`);
  if (secret === undefined) throw new Error(`there is no credential ${name}`);
  const tags = secret.tags.map(({ Key, Value }) =>
    Key === 'token-vending:overlap-ends' ? { Key, Value: '2026-01-31T12:00:00Z' } : { Key, Value },
  );
  await store.put({ ...secret, tags });
}

const adminRequests = () => system.authorizationServer.requests.get('admin') ?? 0;

describe('a rotation of the local system', () => {
  it('runs in its four steps while callers get tokens', async () => {
    addShortLived(system, CLIENT);
    const before = secretOf();
    const loop = startVendLoop(system, NAME);
    const versionId = await rotate();
    await settled();
    await loop.stop();
    expect(loop.failedSince(0)).toEqual([]);
    expect(loop.vends.length).toBeGreaterThan(0);
    expect([secretOf() === before, secretAtServer()]).toEqual([false, secretOf()]);
    const { version_id, rotation } = await system.registryClient('on-call').describe(NAME);
    expect(version_id).toBe(versionId);
    expect(rotation).toMatchObject({
      enabled: true,
      last: { outcome: 'done', step: 'finish', version_id: versionId },
    });
    expect(events()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  it('is repeated from the step in which its process was killed', async () => {
    const before = secretOf();
    system.authorizationServer.faults.set('admin', { kind: 'hang', times: 1 });
    const requests = adminRequests();
    await rotate();
    for (let polls = 0; adminRequests() === requests && polls < 1_000; polls += 1) await delay(10);
    await system.rotationFunction.kill();
    await settled();
    expect([secretOf() === before, secretAtServer()]).toEqual([false, secretOf()]);
    const token = await system.client('ci-checkout').getToken({ credential: NAME, fresh: true });
    expect(token.access_token).not.toBe('');
  });

  it('leaves the old secret and a pending version if the server refuses a step', async () => {
    const before = secretOf();
    const refusal = { kind: 'response', status: 403, body: '{}' } as const;
    system.authorizationServer.faults.set('admin', refusal);
    const versionId = await rotate();
    await settled();
    system.authorizationServer.faults.clear();
    expect([secretOf(), secretAtServer()]).toEqual([before, before]);
    const { rotation } = await system.registryClient('on-call').describe(NAME);
    expect(rotation).toMatchObject({
      last: { outcome: 'failed', step: 'set', version_id: versionId },
    });
    expect(events()?.at(-1)).toBe('RotationFailed');
  });

  it('removes the old key when its overlap is over, while callers get tokens', async () => {
    const [name, client] = ['checkout/reports-api', 'checkout-reports'];
    const registry = system.registryClient('operator');
    const { rotation } = readDocument(system.secretsManager.store, NAME);
    const { version_id } = await registry.describe(name);
    const recipe = { recipe: 'private_key_jwt_hydra', overlap: '1h' };
    const patch = { rotation: { ...(rotation as object), ...recipe } };
    await registry.patch(name, patch, { version: version_id });
    await registry.rotate(name);
    await settled();
    const keys = () => system.authorizationServer.find(client)?.jwks?.keys.length;
    const sweep = async () => await system.rotationFunction.invoke({ sweep: true }, '');
    expect(await sweep()).toEqual({ step: 'remove', removed: [] });
    expect(keys()).toBe(2);
    await endOverlap(name);
    const loop = startVendLoop(system, name);
    expect(await sweep()).toEqual({ step: 'remove', removed: [name] });
    await loop.stop();
    expect(loop.failedSince(0)).toEqual([]);
    expect(keys()).toBe(1);
    const token = await system.client('ci-checkout').getToken({ credential: name, fresh: true });
    expect(token.access_token).not.toBe('');
    expect(await sweep()).toEqual({ step: 'remove', removed: [] });
  });

  it('leaves records that verify', async () => {
    const verifier = new AuditVerifier();
    const files = await readAllFiles(path.join(system.directory, 'audit'));
    for (const { file, text } of files.sort((a, b) => (a.file < b.file ? -1 : 1)))
      verifier.add(file, Buffer.from(text));
    const { breaks, kinds } = verifier.result();
    expect(breaks).toEqual([]);
    expect(kinds['rotation-intent']).toBeGreaterThanOrEqual(10);
  });
});
