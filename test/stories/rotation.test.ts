import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../lib/errors/vend-error.ts';
import type { TokenResponse } from '../../lib/grant/token-response.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { DOCUMENT, FakeWorld, TOKEN_CANARY, tokenRequest } from '../support/fake-ports.ts';

const NAME = 'checkout/orders-api';
const STEP = 100;

/** A server that accepts one secret at a time, a store, and a caller with ten requests a second. */
class Rotation {
  readonly world = new FakeWorld();
  /** The secret that the server accepts. */
  right = 'canary-secret-1';
  /** When each wrong secret reached the server: milliseconds. */
  readonly wrong: { readonly at: number; readonly secret: string }[] = [];
  readonly #mustMint: boolean;
  readonly #started = this.world.clock.now();

  constructor({ mustMint = false } = {}) {
    this.#mustMint = mustMint;
    this.store('canary-secret-1', 'v1');
    this.world.server.token = (call) => {
      const secret = this.#presented();
      if (secret === this.right)
        return { access_token: `${TOKEN_CANARY}-${call}`, expires_in: 3600 };
      this.wrong.push({ at: this.elapsed, secret });
      return new VendError('credential_refused');
    };
  }

  get elapsed(): number {
    return this.world.clock.now() - this.#started;
  }

  store(secret: string, versionId: string): void {
    const document = { ...DOCUMENT, client_secret: secret };
    this.world.store.put(NAME, document, versionId, this.world.clock.now());
  }

  /** Vends for `milliseconds`; returns the times of those that failed. */
  async run(milliseconds: number): Promise<number[]> {
    const failed: number[] = [];
    for (const end = this.elapsed + milliseconds; this.elapsed < end; ) {
      const { status, json } = await this.world.vend();
      if (status !== 200) failed.push(this.elapsed);
      else if (this.#mustMint) this.#revoke(json['access_token'] as string);
      this.world.clock.skip(STEP);
    }
    return failed;
  }

  #presented(): string {
    const authentication = this.world.server.lastCall?.document.authentication;
    return authentication !== undefined && 'clientSecret' in authentication
      ? authentication.clientSecret
      : '';
  }

  #revoke(token: string): void {
    const { tokens } = this.world.vending;
    for (const event of this.world.audit.events)
      if (event.kind === 'mint') tokens.drop(NAME, event.token.sha256);
    if (token === '') throw new Error('a vend has a token');
  }
}

function closestTries(rotation: Rotation): number {
  const gaps = rotation.wrong.flatMap(({ at, secret }, index) =>
    rotation.wrong
      .slice(index + 1)
      .flatMap((later) => (later.secret === secret ? [later.at - at] : [])),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...gaps);
}

describe('a rotation', () => {
  it('that reaches the server first ends within 2 s of the store', async () => {
    const rotation = new Rotation({ mustMint: true });
    expect(await rotation.run(1_000)).toEqual([]);
    rotation.right = 'canary-secret-2';
    expect((await rotation.run(5_000)).length).toBeGreaterThan(0);
    rotation.store('canary-secret-2', 'v2');
    const stored = rotation.elapsed;
    const failed = await rotation.run(40_000);
    expect(failed.filter((at) => at >= stored + 2_000)).toEqual([]);
    expect(closestTries(rotation)).toBeGreaterThanOrEqual(30_000);
  });

  it.each([5_000, 90_000])(
    'that reaches the store %i ms before the server costs no caller a token, cached or minted',
    async (ahead) => {
      for (const mustMint of [false, true]) {
        const rotation = new Rotation({ mustMint });
        await rotation.run(1_000);
        rotation.store('canary-secret-2', 'v2');
        expect(await rotation.run(ahead)).toEqual([]);
        rotation.right = 'canary-secret-2';
        expect(await rotation.run(90_000)).toEqual([]);
      }
    },
  );

  it.each([300, 700, 1_900])(
    'is followed by the next one within %i ms, forty times, and costs nobody a token',
    async (apart) => {
      const rotation = new Rotation({ mustMint: true });
      await rotation.run(1_000);
      for (let n = 2; n <= 41; n += 1) {
        rotation.store(`canary-secret-${n}`, `v${n}`);
        expect(await rotation.run(100)).toEqual([]);
        rotation.right = `canary-secret-${n}`;
        expect(await rotation.run(apart - 100)).toEqual([]);
      }
    },
  );

  it('that a new process sees halfway costs nobody a token', async () => {
    const rotation = new Rotation({ mustMint: true });
    const { world } = rotation;
    const rotated = { ...DOCUMENT, rotation: { recipe: 'keycloak' } };
    const put = (secret: string, version: string) =>
      world.store.put(NAME, { ...rotated, client_secret: secret }, version, world.clock.now());
    put('canary-secret-1', 'v1');
    put('canary-secret-2', 'v2');
    const { token } = world.server;
    // The server gets the new secret when it has refused it and is about to see the old one.
    world.server.token = (call) => {
      if (call === 2) rotation.right = 'canary-secret-2';
      return (token as (call: number) => TokenResponse)(call);
    };
    expect(await rotation.run(30_000)).toEqual([]);
    expect(rotation.wrong.map(({ secret }) => secret)).toEqual([
      'canary-secret-2',
      'canary-secret-1',
    ]);
  });

  it('that reaches the store first is survived by a process that knows only the new secret', async () => {
    const rotation = new Rotation({ mustMint: true });
    rotation.store('canary-secret-2', 'v2');
    expect(await rotation.run(95_000)).toEqual([]);
    // The new secret, once in 30 s, until the server accepts it.
    expect(rotation.wrong.map(({ secret }) => secret)).toEqual(Array(4).fill('canary-secret-2'));
    expect(closestTries(rotation)).toBeGreaterThanOrEqual(30_000);
    rotation.right = 'canary-secret-2';
    expect(await rotation.run(40_000)).toEqual([]);
  });

  it('to a wrong secret is tried once in 30 s, for each version', async () => {
    const rotation = new Rotation({ mustMint: true });
    rotation.right = 'canary-secret-of-nobody';
    rotation.store('canary-secret-2', 'v2');
    expect(await rotation.run(29_000)).toHaveLength(290);
    expect(rotation.wrong.map(({ secret }) => secret)).toEqual([
      'canary-secret-2',
      'canary-secret-1',
    ]);
    expect(rotation.world.store.reads).toBeLessThanOrEqual(2 + 29 / 2 + 1);
    expect((await rotation.world.vend()).headers['retry-after']).toBe('1');
    const announced = rotation.world.audit.kinds.filter((kind) => kind === 'mint-intent');
    expect(announced).toHaveLength(1);
  });

  it('is not visible in a refusal by another endpoint, which blocks nothing', async () => {
    const { world } = new Rotation();
    const jwt = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.x`;
    world.server.token = { access_token: jwt, expires_in: 3600 };
    world.verifier.error = new VendError('upstream_invalid');
    await world.vend();
    await world.vend();
    expect(world.server.tokenRequests).toBe(2);
  });

  it('of another client too costs no more mints than the lifetimes of the tokens', async () => {
    const rotation = new Rotation();
    const { world } = rotation;
    await world.vend();
    const document = { ...DOCUMENT, client_id: 'new-client', client_secret: 'canary-secret-2' };
    world.store.put(NAME, document, 'v2', world.clock.now());
    world.clock.skip(60_000);
    expect(await rotation.run(10_000)).toEqual([]);
    // The new client is refused, the old one is used once, and its token is returned.
    expect(world.server.tokenRequests).toBe(3);
    rotation.right = 'canary-secret-2';
    expect(await rotation.run(60_000)).toEqual([]);
  });

  it.each(['the server', 'the store'])(
    'presents a wrong secret once, whatever the number of callers, if %s is first',
    async (first) => {
      const rotation = new Rotation();
      const { world } = rotation;
      const put = (secret: string, version: string) =>
        world.store.put(
          NAME,
          { ...DOCUMENT, client_secret: secret, token_sharing: 'per_principal' },
          version,
          world.clock.now(),
        );
      put('canary-secret-1', 'v1');
      world.store.previous.clear();
      if (first === 'the store') put('canary-secret-2', 'v2');
      else rotation.right = 'canary-secret-2';
      const vends = Array.from({ length: 64 }, (_, n) =>
        serveRequest(world.vending, tokenRequest({}, `role-${n}`)),
      );
      const responses = await world.clock.runUntilDone(Promise.all(vends));
      const status = first === 'the store' ? 200 : 502;
      expect(new Set(responses.map((response) => response.status))).toEqual(new Set([status]));
      expect(rotation.wrong).toHaveLength(1);
    },
  );

  it('lets policy decide about a scope that it changed, and caches the token by its real scope', async () => {
    const rotation = new Rotation({ mustMint: true });
    const { world } = rotation;
    await rotation.run(500);
    const decide = world.policy.decide.bind(world.policy);
    world.policy.decide = (request) => ({
      ...decide(request),
      allowed: !request.context.scope.includes('orders:write'),
    });
    const changed = {
      ...DOCUMENT,
      client_secret: 'canary-secret-2',
      default_scope: 'orders:write',
    };
    world.store.put(NAME, changed, 'v2', world.clock.now());
    rotation.right = 'canary-secret-2';
    // Two callers start with the old document and share its mint: the first used the default, the
    // second named it.
    const [byDefault, byName] = await world.clock.runUntilDone(
      Promise.all([
        serveRequest(world.vending, tokenRequest()),
        serveRequest(world.vending, tokenRequest({ scope: 'orders:read' })),
      ]),
    );
    expect(JSON.parse(byDefault.body)).toMatchObject({ code: 'policy_denied' });
    expect(JSON.parse(byName.body)).toMatchObject({ scope: 'orders:read' });
  });

  it('to tokens of each principal gives no two principals the same token', async () => {
    const rotation = new Rotation({ mustMint: true });
    const { world } = rotation;
    await rotation.run(500);
    const changed = {
      ...DOCUMENT,
      client_secret: 'canary-secret-2',
      token_sharing: 'per_principal',
    };
    world.store.put(NAME, changed, 'v2', world.clock.now());
    rotation.right = 'canary-secret-2';
    const vends = ['one', 'two'].map((role) => serveRequest(world.vending, tokenRequest({}, role)));
    const responses = await world.clock.runUntilDone(Promise.all(vends));
    const tokens = responses.map(({ body }) => JSON.parse(body).access_token);
    expect(tokens).toEqual([expect.any(String), expect.any(String)]);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  it('to a narrower document rejects only requests for more', async () => {
    const rotation = new Rotation({ mustMint: true });
    const { world } = rotation;
    await rotation.run(500);
    const changed = {
      ...DOCUMENT,
      client_secret: 'canary-secret-2',
      scope: 'orders:write',
      default_scope: 'orders:write',
    };
    world.store.put(NAME, changed, 'v2', world.clock.now());
    rotation.right = 'canary-secret-2';
    const vends = [tokenRequest({ scope: 'orders:read' }), tokenRequest()].map((request) =>
      serveRequest(world.vending, request),
    );
    const [byName, byDefault] = await world.clock.runUntilDone(Promise.all(vends));
    expect(JSON.parse(byName?.body ?? '')).toMatchObject({ code: 'scope_refused' });
    expect(JSON.parse(byDefault?.body ?? '')).toMatchObject({ scope: 'orders:write' });
  });

  it('that is rolled back uses the version that was just current, however old it is', async () => {
    const rotation = new Rotation();
    const { world } = rotation;
    world.store.put(NAME, { ...DOCUMENT, client_secret: 'canary-secret-0' }, 'v0', 0);
    expect((await world.vend()).json).toMatchObject({ source: 'minted' });
    expect(rotation.wrong.map(({ secret }) => secret)).toEqual(['canary-secret-0']);
  });

  it('does not hide that the secret is refused if the previous one cannot be read', async () => {
    const rotation = new Rotation({ mustMint: true });
    const { world } = rotation;
    rotation.right = 'canary-secret-of-nobody';
    const read = world.store.read.bind(world.store);
    world.store.read = async (id, stage, signal) => {
      const stored = await read(id, stage, signal);
      if (stage === 'AWSPREVIOUS') throw new VendError('secrets_unavailable');
      return stored;
    };
    for (let n = 0; n < 50; n += 1) {
      expect((await world.vend()).json['code']).toBe('credential_refused');
      world.clock.skip(STEP);
    }
    // Each of the two, every 2 s.
    expect(world.store.reads).toBeLessThanOrEqual(1 + 2 * 3);
  });

  it('reveals a disabled credential only to callers that may describe it', async () => {
    const rotation = new Rotation({ mustMint: true });
    const { world } = rotation;
    await rotation.run(500);
    world.policy.allowed = new Set([`vendToken ${NAME}`]);
    rotation.right = 'canary-secret-2';
    world.store.put(
      NAME,
      { ...DOCUMENT, client_secret: 'canary-secret-2', status: 'disabled' },
      'v2',
    );
    expect((await world.vend()).json['code']).toBe('policy_denied');
    expect(world.audit.events.at(-1)).toMatchObject({
      kind: 'denial',
      code: 'credential_disabled',
    });
  });

  it('to a disabled document is not used', async () => {
    const rotation = new Rotation({ mustMint: true });
    await rotation.run(1_000);
    rotation.right = 'canary-secret-2';
    rotation.world.store.put(
      NAME,
      { ...DOCUMENT, client_secret: 'canary-secret-2', status: 'disabled' },
      'v2',
    );
    expect((await rotation.world.vend()).json['code']).toBe('credential_disabled');
  });

  it('reports that the secret cannot be read if it must be read again', async () => {
    const rotation = new Rotation({ mustMint: true });
    await rotation.run(1_000);
    rotation.right = 'canary-secret-2';
    rotation.world.store.error = new VendError('secrets_unavailable');
    expect((await rotation.world.vend()).json['code']).toBe('secrets_unavailable');
  });
});
