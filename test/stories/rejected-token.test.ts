import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { FakeWorld, TOKEN_CANARY, tokenRequest } from '../support/fake-ports.ts';

const sha256 = (token: unknown) => hash('sha256', String(token), 'hex');

async function reject(world: FakeWorld, token: unknown, form: Record<string, string> = {}) {
  const { status, json, headers } = await world.vend({
    rejected_token_sha256: sha256(token),
    ...form,
  });
  return { status, headers, token: json['access_token'], ...json };
}

describe('a token that an API rejected', () => {
  it('is dropped for all its callers, and replaced by one mint that the record explains', async () => {
    const world = new FakeWorld();
    const { json: first } = await world.vend();
    const { json: other } = await world.vend({ scope: 'orders:write' });
    const second = await reject(world, first['access_token']);
    expect(second).toMatchObject({ status: 200, source: 'minted', token: `${TOKEN_CANARY}-3` });
    expect((await world.vend()).json['access_token']).toBe(second.token);
    expect((await world.vend({ scope: 'orders:write' })).json['mint_id']).toBe(other['mint_id']);
    const vends = world.audit.events.filter(({ kind }) => kind === 'vend');
    expect(vends[2]).toMatchObject({
      access: { rejectedTokenSha256: sha256(first['access_token']) },
    });
  });

  it('is replaced once if many callers reject it', async () => {
    const world = new FakeWorld();
    const { json: first } = await world.vend();
    const form = { rejected_token_sha256: sha256(first['access_token']) };
    const vends = [1, 2, 3].map(() => serveRequest(world.vending, tokenRequest(form)));
    for (const { status } of await world.clock.runUntilDone(Promise.all(vends)))
      expect(status).toBe(200);
    expect((await reject(world, first['access_token'])).token).toBe(`${TOKEN_CANARY}-2`);
    expect(world.server.tokenRequests).toBe(2);
  });

  it('is replaced at most every 10 s, with a retryable error meanwhile', async () => {
    const world = new FakeWorld();
    const { json: first } = await world.vend();
    const second = await reject(world, first['access_token']);
    world.clock.skip(4_000);
    const refused = await reject(world, second.token);
    expect(refused).toMatchObject({
      status: 429,
      code: 'budget_exhausted',
      headers: { 'retry-after': '6' },
    });
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'refusal', code: 'budget_exhausted' });
    world.clock.skip(6_000);
    expect(await reject(world, second.token)).toMatchObject({ status: 200, source: 'minted' });
  });

  it('is not returned again if the server repeats it, to nobody, and not requested for each', async () => {
    const world = new FakeWorld();
    const endsAt = world.clock.now() + 3_600_000;
    world.server.token = () => ({
      access_token: world.clock.now() < endsAt ? 'dead' : 'next',
      expires_in: Math.floor((endsAt - world.clock.now()) / 1000) || 3_600,
    });
    await world.vend();
    world.clock.skip(1_000_000);
    const text = 'The authorization server repeats its token; a new one in 2600 s.';
    const refused = await reject(world, 'dead');
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '2600' } });
    expect((await world.vend()).json['error_description']).toBe(text);
    expect(world.server.tokenRequests).toBe(2);
    world.clock.skip(2_600_000);
    expect((await world.vend()).json['access_token']).toBe('next');
  });

  it('is another one than that of this credential: nothing is dropped', async () => {
    const world = new FakeWorld();
    const inventory = { client_id: 'inventory/stock-api' };
    const { text } = await world.store.read(
      { team: 'checkout', name: 'orders-api' },
      'AWSCURRENT',
      new AbortController().signal,
    );
    world.store.put('inventory/stock-api', text);
    const { json: mine } = await world.vend();
    const { json: theirs } = await world.vend(inventory);
    expect(await reject(world, mine['access_token'], inventory)).toMatchObject({
      source: 'cached',
      mint_id: theirs['mint_id'],
    });
    expect((await world.vend()).json['mint_id']).toBe(mine['mint_id']);
  });

  it('is not dropped for a caller that policy denies', async () => {
    const world = new FakeWorld();
    const { json: first } = await world.vend();
    world.policy.allowed.clear();
    expect(await reject(world, first['access_token'])).toMatchObject({ code: 'policy_denied' });
    world.policy.allowed.add('*');
    expect((await world.vend()).json['mint_id']).toBe(first['mint_id']);
  });

  it('is not returned if it is rejected while its vend is recorded', async () => {
    const world = new FakeWorld();
    const { json: first } = await world.vend();
    world.audit.delay = async () => {
      world.audit.delay = async () => undefined;
      await reject(world, first['access_token']);
    };
    expect((await world.vend()).json['access_token']).toBe(`${TOKEN_CANARY}-2`);
  });
});
