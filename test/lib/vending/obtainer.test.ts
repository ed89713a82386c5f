import { describe, expect, it } from '@jest/globals';
import type { AuditedAccess } from '../../../lib/audit/event.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import type { Credential } from '../../../lib/credential/source.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../../../lib/grant/ceiling.ts';
import { TokenCache } from '../../../lib/token/cache.ts';
import { tokenCacheKey } from '../../../lib/token/cache-key.ts';
import type { MintedToken } from '../../../lib/token/minted-token.ts';
import type { AllowedRequest } from '../../../lib/vending/allowed-request.ts';
import type { Mint } from '../../../lib/vending/minter.ts';
import { Obtainer, type ObtainerParts } from '../../../lib/vending/obtainer.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { contextOf } from '../../support/request-context.ts';

const context = contextOf();
const credential: Credential = {
  id: { team: 'checkout', name: 'orders-api' },
  document: parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false }),
  versionId: 'v1',
  writtenAt: 0,
};
const grant = withinCeiling(NOTHING_REQUESTED, credential.document);
const key = tokenCacheKey(credential, grant, context.caller);

function allowedFor(minTtl: number): AllowedRequest {
  const requested = { credential: credential.id, ...NOTHING_REQUESTED, minTtl };
  const access = { ...requested, credential: 'checkout/orders-api' } as unknown as AuditedAccess;
  return { access, requested, credential, grant };
}

class World {
  readonly clock = new FakeClock();
  readonly tokens = new TokenCache(this.clock);
  readonly reported: VendError[] = [];
  mints = 0;
  fails: VendError | undefined;
  readonly parts: ObtainerParts;
  readonly obtainer: Obtainer;

  constructor(parts: Partial<ObtainerParts> = {}) {
    this.parts = {
      clock: this.clock,
      authorizer: { authorizeEffective: async (_requester, access) => access },
      usable: { admit: () => undefined },
      versions: { choose: async (atHand) => atHand },
      tokens: this.tokens,
      minter: { mint: async () => this.mint() },
      reportError: (error) => this.reported.push(error),
      ...parts,
    };
    this.obtainer = new Obtainer(this.parts);
  }

  token(lifetime = 3_600): MintedToken {
    const issuedAt = this.clock.now();
    const expiresAt = issuedAt + lifetime * 1000;
    return { accessToken: `token-${this.mints}`, issuedAt, expiresAt } as MintedToken;
  }

  async mint(): Promise<Mint> {
    this.mints += 1;
    await Promise.resolve();
    if (this.fails !== undefined) throw this.fails;
    const token = this.token();
    this.tokens.put(key, token);
    return { token, credential, key };
  }

  obtain = (minTtl = 60) => this.obtainer.obtain(context, allowedFor(minTtl));
}

describe('obtainer', () => {
  it('mints once for concurrent callers, and then returns the cached token', async () => {
    const world = new World();
    const [first, second] = await Promise.all([world.obtain(), world.obtain()]);
    expect([first.source, second.source, (await world.obtain()).source]).toEqual([
      'minted',
      'cached',
      'cached',
    ]);
    expect(world.mints).toBe(1);
  });

  it('renews in the refresh window, and returns the cached token if that fails', async () => {
    const world = new World();
    const held = (await world.obtain()).token;
    world.clock.skip(3_300_000);
    world.fails = new VendError('upstream_unavailable');
    expect((await world.obtain()).token).toBe(held);
    expect(world.reported).toEqual([world.fails]);
    // For 30 s after it.
    expect((await world.obtain()).token).toBe(held);
    expect(world.mints).toBe(2);
  });

  it.each(['credential_refused', 'policy_denied', 'credential_disabled'] as const)(
    'takes no token at hand after %s',
    async (code) => {
      const world = new World();
      await world.obtain();
      world.clock.skip(3_300_000);
      world.fails = new VendError(code);
      await expect(world.obtain()).rejects.toMatchObject({ code });
    },
  );

  it('reports a min_ttl that no token of the server satisfies, without another mint', async () => {
    const world = new World();
    await world.obtain();
    world.clock.skip(1_000);
    await expect(world.obtain(3_600)).rejects.toMatchObject({ code: 'min_ttl_unsatisfiable' });
    expect(world.mints).toBe(1);
    world.clock.skip(60_000);
    await expect(world.obtain(3_700)).rejects.toMatchObject({ code: 'min_ttl_unsatisfiable' });
    expect(world.mints).toBe(2);
  });

  it('lets policy decide about a version of the secret that was chosen instead', async () => {
    const changed = { ...credential, versionId: 'v2' };
    const requests: string[][] = [];
    const world = new World({
      versions: { choose: async () => changed },
      authorizer: {
        authorizeEffective: async (_requester, access, { scope }) => {
          requests.push([...scope]);
          return access;
        },
      },
    });
    const { allowed } = await world.obtain();
    expect(allowed.credential.versionId).toBe('v1');
    expect(requests.length).toBeGreaterThan(0);
  });

  it('waits for a new token if the server repeats one that is about to end', async () => {
    const world = new World();
    const [repeated, next] = [world.token(1), { ...world.token(60), accessToken: 'next' }];
    world.clock.skip(950);
    const tokens = [{ ...repeated, repeated: true }, next];
    const minter = {
      mint: async () => ({ token: tokens.shift() as MintedToken, credential, key }),
    };
    const obtainer = new Obtainer({ ...world.parts, minter });
    const obtained = world.clock.runUntilDone(obtainer.obtain(context, allowedFor(0)));
    expect(await obtained).toMatchObject({ token: { accessToken: 'next' }, source: 'minted' });
  });

  it('waits for a new token if the response is refused because the last token has just ended', async () => {
    const world = new World();
    world.tokens.put(key, world.token(60));
    world.clock.skip(59_500);
    const next = { ...world.token(3_600), accessToken: 'next' };
    let mints = 0;
    const mint = async () => {
      mints += 1;
      if (mints === 1) throw new VendError('token_unacceptable');
      return { token: next, credential, key };
    };
    const obtainer = new Obtainer({ ...world.parts, minter: { mint } });
    const obtained = await world.clock.runUntilDone(obtainer.obtain(context, allowedFor(0)));
    expect(obtained).toMatchObject({ token: { accessToken: 'next' }, source: 'minted' });
  });

  it('mints itself if the mint that it joined timed out', async () => {
    const world = new World();
    world.fails = new VendError('upstream_timeout');
    const first = world.obtain();
    const second = world.obtain();
    await expect(first).rejects.toMatchObject({ code: 'upstream_timeout' });
    await expect(second).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(world.mints).toBe(2);
  });
});
