import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { openTokenSource } from '../../../provider/hiiretail/token-source.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

const never = new AbortController().signal;

/** A token source whose tokens live an hour, or whose fetch fails. */
function open(fetch: (call: number) => string | Error) {
  const clock = new FakeClock();
  const rejected: (string | undefined)[] = [];
  const source = openTokenSource(async (token) => {
    const accessToken = fetch(rejected.push(token));
    if (accessToken instanceof Error) throw accessToken;
    return { accessToken, expiresAt: clock.now() + 3_600_000, lifetime: 3_600_000 };
  }, clock);
  return { clock, source, rejected };
}

describe('the token source of the provider', () => {
  it('lets no request wait for a renewal while the current token is valid', async () => {
    const { clock, source } = open((call) => `t${call}`);
    await source.get(never);
    clock.skip(3_400_000);
    expect((await source.get(never)).accessToken).toBe('t1');
    await settle();
    expect((await source.get(never)).accessToken).toBe('t2');
  });

  it('sends one request in 30 seconds if the client is refused', async () => {
    const { clock, source, rejected } = open(() => new VendError('credential_refused'));
    for (let request = 0; request < 3; request += 1) {
      await expect(source.get(never)).rejects.toMatchObject({ code: 'credential_refused' });
    }
    expect(rejected).toHaveLength(1);
    clock.skip(30_000);
    await expect(source.get(never)).rejects.toMatchObject({ code: 'credential_refused' });
    expect(rejected).toHaveLength(2);
  });

  it.each([
    ['the same token comes again', (): string => 't1', 1],
    ['its successor is rejected as well', (call: number): string => `t${call}`, 2],
  ])('throws token_rejected if the API rejected a token and %s', async (_what, fetch, times) => {
    const { source, rejected } = open(fetch);
    for (let time = 0; time < times; time += 1) source.invalidate(await source.get(never));
    await expect(source.get(never)).rejects.toMatchObject({
      name: 'HiiRetailError',
      code: 'token_rejected',
    });
    expect(rejected).toEqual([undefined, 't1']);
  });
});
