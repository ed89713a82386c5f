import path from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { readDocument } from '../../local/seed.ts';
import { readAllFiles } from '../support/canary-search.ts';
import { sdkCredentials } from '../support/sdk-credentials.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const NAME = 'checkout/orders-api';
const COPY = 'checkout/copy-api';
const OFF = { status: 'disabled' };
const ON = { status: 'enabled' };
const ANY = { version: 'any' };

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
});

describe('the registry of the local system, through signed requests', () => {
  it('is named in the metadata of the vending endpoint', async () => {
    const { registry_endpoint } = await system.client('ci-checkout').describeEndpoint();
    expect(registry_endpoint).toBe(system.registry);
  });

  it('lets on-call switch off, and the lead of the team switch on', async () => {
    const onCall = system.registryClient('on-call');
    const lead = system.registryClient('checkout-lead');
    await onCall.patch(NAME, OFF, ANY);
    expect(await onCall.describe(NAME)).toMatchObject({ status: 'disabled' });
    await expect(onCall.patch(NAME, ON, ANY)).rejects.toMatchObject({
      code: 'policy_denied',
      advice: expect.stringMatching(/^On-call may switch off/),
    });
    await lead.patch(NAME, ON, ANY);
    expect(await lead.describe(NAME)).toMatchObject({ status: 'enabled' });
  });

  it('registers a credential by a real grant, and stores none that gets no token', async () => {
    const { store } = system.secretsManager;
    // A lead may not use the admin credential of another team.
    const { rotation: _, ...document } = readDocument(store, NAME);
    const wrong = 'canary-wrong-secret-55d0';
    system.guard(wrong);
    const lead = system.registryClient('checkout-lead');
    const { version_id } = await lead.put(COPY, document, { version: 'none' });
    expect(store.find(`token-vending/${COPY}`)?.versions.at(-1)?.id).toBe(version_id);
    expect(readDocument(store, COPY)).toEqual(document);
    const refused = lead.put(
      'checkout/wrong-api',
      { ...document, client_secret: wrong },
      { version: 'none' },
    );
    await expect(refused).rejects.toMatchObject({
      code: 'credential_refused',
      message: expect.stringMatching(/^The document was not stored/),
    });
    expect(store.find('token-vending/checkout/wrong-api')).toBeUndefined();
  });

  it.each([COPY, NAME])('lets nobody but the functions read the secret of %s', async (name) => {
    const SecretId = `token-vending/${name}`;
    const clientOf = (caller: string) =>
      new SecretsManagerClient({
        region: system.region,
        endpoint: system.secretsManager.url,
        maxAttempts: 1,
        credentials: sdkCredentials(system.callers, caller),
      });
    const refused = { name: 'AccessDeniedException' };
    // The operator has no right on secrets. An administrator has, and the resource policy denies it.
    for (const caller of ['operator', 'checkout-lead', 'account-admin'])
      await expect(
        clientOf(caller).send(new GetSecretValueCommand({ SecretId })),
      ).rejects.toMatchObject(refused);
    await expect(
      clientOf('operator').send(new DescribeSecretCommand({ SecretId })),
    ).rejects.toMatchObject(refused);
    const { Name } = await clientOf('account-admin').send(new DescribeSecretCommand({ SecretId }));
    expect(Name).toBe(SecretId);
  });

  it('registers what callers get tokens of at once', async () => {
    const token = await system.client('ci-checkout').getToken({ credential: COPY });
    expect(token.source).toBe('minted');
  });

  it('starts again after its process was killed', async () => {
    await system.registryFunction.kill();
    const described = await system.registryClient('operator').describe(NAME);
    expect(described).toMatchObject({ credential: NAME });
  });

  it('writes to the audit log of the vending function, which verifies', async () => {
    const verifier = new AuditVerifier();
    const folder = path.join(system.directory, 'audit');
    const files = await readAllFiles(folder);
    for (const { file, text } of files.sort((a, b) => (a.file < b.file ? -1 : 1)))
      verifier.add(file, Buffer.from(text));
    const { breaks, kinds } = verifier.result();
    expect(breaks).toEqual([]);
    // On-call, the lead, and the registered credential. Vending and the registered credential mint.
    expect(kinds).toMatchObject({ 'registration-intent': 3, registration: 3, mint: 2 });
  });
});
