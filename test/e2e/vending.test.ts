import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRecords } from '../../cli/audit/record-source.ts';
import { verifyLog } from '../../cli/audit/verify-log.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;

beforeAll(async () => {
  // Concurrent requests share one process, as on Lambda managed instances.
  system = await startTestSystem({ concurrency: 64 });
});

afterAll(async () => {
  await system.stop();
});

describe('the whole system', () => {
  it('mints once for a hundred first requests in parallel, and reads the secret once', async () => {
    const before = [system.requests('token'), system.reads()] as const;
    const request = () =>
      system.client('ci-checkout').getToken({ credential: 'checkout/orders-api' });
    const tokens = await Promise.all(Array.from({ length: 100 }, request));
    expect([system.requests('token') - before[0], system.reads() - before[1]]).toEqual([1, 1]);
    expect(new Set(tokens.map(({ mint_id }) => mint_id)).size).toBe(1);
    expect(new Set(tokens.map(({ vend_id }) => vend_id)).size).toBe(100);
  });

  it.each([
    ['client_secret_basic', 'ci-checkout', 'checkout/orders-api'],
    ['private_key_jwt', 'ci-checkout', 'checkout/reports-api'],
    ['client_secret_post', 'ci-inventory', 'inventory/stock-api'],
    ['the profile of Hii Retail', 'ci-checkout', 'checkout/hiiretail-iam'],
  ])('mints with %s a token that the server accepts', async (_method, caller, credential) => {
    const client = system.client(caller);
    const { access_token } = await client.getToken({ credential });
    const response = await client.introspect(credential, access_token);
    expect(response).toMatchObject({ active: true, iss: system.authorizationServer.issuer });
  });

  it('has the audience that OCMS requires in the token of the profile of Hii Retail', async () => {
    const client = system.client('ci-checkout');
    const { access_token } = await client.getToken({ credential: 'checkout/hiiretail-iam' });
    expect(await client.introspect('checkout/hiiretail-iam', access_token)).toMatchObject({
      aud: 'https://hiiretail.com',
    });
  });

  it('permits another team one scope of a credential, and not the other', async () => {
    const client = system.client('ci-inventory');
    const { scope } = await client.getToken({
      credential: 'checkout/orders-api',
      scope: ['orders:read'],
    });
    expect(scope).toBe('orders:read');
    await expect(
      client.getToken({ credential: 'checkout/orders-api', scope: ['orders:write'] }),
    ).rejects.toMatchObject({ code: 'policy_denied' });
  });

  it('denies the outsider, the newcomer and the wrong team alike', async () => {
    for (const caller of ['outsider', 'newcomer', 'ci-payments', 'operator']) {
      const error = system.client(caller).getToken({ credential: 'checkout/orders-api' });
      await expect(error).rejects.toMatchObject({ code: 'policy_denied', status: 403 });
    }
  });

  it('reports that a credential is disabled to those who may describe it', async () => {
    const error = system.client('ci-payments').getToken({ credential: 'payments/frozen-api' });
    await expect(error).rejects.toMatchObject({ code: 'credential_disabled' });
  });

  it('reports that the secret is wrong, with one request to the server and then from memory', async () => {
    const before = system.requests('token');
    const request = () =>
      system.client('ci-inventory').getToken({ credential: 'inventory/stale-api' });
    await expect(request()).rejects.toMatchObject({ code: 'credential_refused', status: 502 });
    await expect(request()).rejects.toMatchObject({ code: 'credential_refused' });
    expect(system.requests('token') - before).toBe(1);
  });

  it('survives a rotation that it is not told of', async () => {
    await system.rotateSecret('checkout/orders-api');
    const token = await system
      .client('ci-checkout')
      .getToken({ credential: 'checkout/orders-api', scope: ['orders:write'] });
    expect(token.source).toBe('minted');
  });

  it('keeps the mints of two principals apart if the document says so', async () => {
    const first = await system
      .client('ci-payments')
      .getToken({ credential: 'payments/ledger-api' });
    const second = await system
      .client('ci-payments')
      .getToken({ credential: 'payments/ledger-api' });
    expect(second.mint_id).toBe(first.mint_id);
  });

  it('returns a cached token while the authorization server is down, and recovers', async () => {
    const client = system.client('ci-inventory');
    const request = (scope: string) =>
      client.getToken({ credential: 'inventory/stock-api', scope: [scope], fresh: true });
    const before = await request('stock:read');
    await system.authorizationServer.goDown();
    expect(await request('stock:read')).toMatchObject({
      mint_id: before.mint_id,
      source: 'cached',
    });
    await expect(request('stock:write')).rejects.toMatchObject({
      code: 'upstream_unavailable',
      status: 503,
    });
    await system.authorizationServer.comeBack();
    expect((await request('stock:write')).source).toBe('minted');
  });

  it('revokes: the token is gone from the cache, whatever the response of the server', async () => {
    const client = system.client('ci-checkout');
    const first = await client.getToken({ credential: 'checkout/reports-api', fresh: true });
    await client.revoke('checkout/reports-api', first.access_token);
    expect((await client.getToken({ credential: 'checkout/reports-api' })).mint_id).not.toBe(
      first.mint_id,
    );
  });

  it('lists what each caller may describe', async () => {
    const namesOf = async (caller: string) =>
      (await system.client(caller).listCredentials()).map(({ credential }) => credential);
    expect(await namesOf('ci-payments')).toEqual(['payments/frozen-api', 'payments/ledger-api']);
    expect(await namesOf('newcomer')).toEqual([]);
    expect(await namesOf('operator')).toHaveLength(11);
  });

  it('starts again after its process was killed', async () => {
    await system.function.kill();
    expect((await system.client('ci-checkout').callerIdentity()).name).toBe('ci-checkout');
  });

  it('has written an unbroken log, with a record for every vend', async () => {
    const records = readRecords(path.join(system.directory, 'audit'), {
      region: undefined,
      profile: undefined,
      pathStyle: true,
      signal: AbortSignal.timeout(100_000),
    });
    const vends = new Set<string | undefined>();
    const { breaks, chains } = await verifyLog(records, {
      visit: ({ unmapped }) => vends.add(unmapped.vend_id),
    });
    // One chain each for the process that was killed and the one after it.
    expect([breaks, chains]).toEqual([[], 2]);
    const returned = system.responses.flatMap(
      ({ body }) => /"vend_id":"([^"]+)"/.exec(body)?.[1] ?? [],
    );
    expect(returned.length).toBeGreaterThan(100);
    expect(returned.filter((vend) => !vends.has(vend))).toEqual([]);
  });
});
