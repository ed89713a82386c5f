import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSecretsManager } from '../../lib/credential/secrets-manager.ts';
import type { CredentialStore } from '../../lib/credential/store.ts';
import { makeCallers } from '../../local/callers.ts';
import { SecretStore } from '../../local/secret-store.ts';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import { putDocument } from '../../local/seed.ts';
import { FakeStore } from '../support/fake-ports.ts';

interface StoreUnderTest {
  readonly store: CredentialStore;
  put(name: string, document: object): Promise<void>;
}

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** What every credential store must do. */
function itIsACredentialStore(open: () => Promise<StoreUnderTest>): void {
  const id = { team: 'checkout', name: 'orders-api' };
  const { signal } = new AbortController();

  it('reads the current version, and another version id after a change', async () => {
    const { store, put } = await open();
    await put('checkout/orders-api', { n: 1 });
    const first = await store.read(id, 'AWSCURRENT', signal);
    await put('checkout/orders-api', { n: 2 });
    const second = await store.read(id, 'AWSCURRENT', signal);
    expect([first.text, second.text]).toEqual(['{"n":1}', '{"n":2}']);
    expect(second.versionId).not.toBe(first.versionId);
  });

  it('reads the version that was current before, where there is one', async () => {
    const { store, put } = await open();
    const started = Date.now();
    await put('checkout/orders-api', { n: 1 });
    await expect(store.read(id, 'AWSPREVIOUS', signal)).rejects.toMatchObject({
      code: 'credential_unknown',
    });
    const first = await store.read(id, 'AWSCURRENT', signal);
    await put('checkout/orders-api', { n: 2 });
    expect(await store.read(id, 'AWSPREVIOUS', signal)).toEqual(first);
    const { writtenAt } = await store.read(id, 'AWSCURRENT', signal);
    // Secrets Manager states seconds.
    expect(writtenAt).toBeGreaterThanOrEqual(started - 1_000);
    expect(writtenAt).toBeLessThanOrEqual(Date.now());
  });

  it('says that a credential is unknown', async () => {
    const { store } = await open();
    await expect(store.read(id, 'AWSCURRENT', signal)).rejects.toMatchObject({
      code: 'credential_unknown',
    });
  });

  it('lists what it has', async () => {
    const { store, put } = await open();
    await put('checkout/orders-api', {});
    await put('payments/ledger-api', {});
    expect(await store.list(signal)).toEqual(
      expect.arrayContaining([id, { team: 'payments', name: 'ledger-api' }]),
    );
  });

  it('stops when its signal aborts', async () => {
    const { store } = await open();
    await expect(
      store.read(id, 'AWSCURRENT', AbortSignal.abort(new Error('over'))),
    ).rejects.toThrow();
  });
}

describe('Secrets Manager', () => {
  itIsACredentialStore(async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'token-vending-store-'));
    const callers = makeCallers();
    const secrets = await SecretStore.open(path.join(directory, 'secrets.json'));
    const endpoint = await startSecretsManager({
      port: 0,
      region: 'eu-north-1',
      callers,
      store: secrets,
    });
    const role = callers.get('token-vending-function');
    if (role === undefined) throw new Error('the local system has the role of the function');
    const { accessKeyId, secretAccessKey, sessionToken = '' } = role;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    closing.push(async () => {
      await endpoint.close();
      rmSync(directory, { recursive: true });
    });
    return {
      store: openSecretsManager('token-vending/', {
        region: 'eu-north-1',
        endpoint: endpoint.url,
        credentials,
      }),
      put: (name, document) => putDocument(secrets, name, document),
    };
  });
});

describe('fake credential store', () => {
  itIsACredentialStore(async () => {
    const store = new FakeStore();
    let version = 0;
    return {
      store,
      put: async (name, document) => {
        version += 1;
        store.put(name, document, `v${version}`, Date.now());
      },
    };
  });
});
