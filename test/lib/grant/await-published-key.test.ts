import { describe, expect, it } from '@jest/globals';
import type { VerificationResult } from '../../../lib/grant/token-verifier.ts';
import { FakeWorld, ISSUER, never, TOKEN_CANARY } from '../../support/fake-ports.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (n: number) => `${part({ alg: 'RS256' })}.${part({ n })}.${TOKEN_CANARY}`;

/** A world whose verifier returns these results in turn, and then always the last one. */
function worldWith(...results: ('valid' | 'unknown_key' | 'bad_signature')[]) {
  const world = new FakeWorld();
  const requests: number[] = [];
  world.server.token = (call) => ({
    access_token: jwt(call),
    token_type: 'Bearer',
    expires_in: 3600,
  });
  world.verifier.verify = async (): Promise<VerificationResult> => {
    const result = results[Math.min(requests.length, results.length - 1)];
    requests.push(world.clock.now());
    if (result !== 'valid') return { valid: false, reason: result ?? 'unknown_key' };
    const aud = ['https://orders.example.com', 'https://api.example.com/orders'];
    return { valid: true, claims: { iss: ISSUER, aud, exp: world.clock.now() / 1000 + 3600 } };
  };
  return { world, requests };
}

describe('a token that was signed with a key that is not known', () => {
  it('waits until the keys may be read again, and is vended', async () => {
    const { world, requests } = worldWith('unknown_key', 'valid');
    expect((await world.vend()).json).toMatchObject({ source: 'minted', access_token: jwt(1) });
    expect(requests.map((at) => at - (requests[0] ?? 0))).toEqual([0, 2_000]);
  });

  it('fails with a retryable error if the key stays unknown', async () => {
    const { world } = worldWith('unknown_key');
    const { status, json } = await world.vend();
    expect([status, json['code'], json['error']]).toEqual([
      503,
      'upstream_unavailable',
      'temporarily_unavailable',
    ]);
    expect(json['error_description']).toContain('not among its published keys (jwks_uri)');
  });

  it('does not keep a caller from the cached token', async () => {
    const { world } = worldWith('valid', 'unknown_key');
    await world.vend();
    world.clock.skip(3_400_000);
    expect((await world.vend()).json).toMatchObject({ source: 'cached', access_token: jwt(1) });
  });

  it('is not waited for if the signature is wrong, and no longer than the mint may take', async () => {
    const wrong = worldWith('unknown_key', 'bad_signature');
    expect((await wrong.world.vend()).json['code']).toBe('token_unacceptable');
    const started = wrong.world.clock.now();
    expect((await wrong.world.vend()).json['code']).toBe('token_unacceptable');
    expect(wrong.world.clock.now()).toBe(started);
    const { world } = worldWith('unknown_key');
    world.verifier.verify = never;
    expect((await world.vend()).json['code']).toBe('upstream_timeout');
  });
});
