import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../lib/errors/vend-error.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { DOCUMENT, FakeWorld, formRequest, METADATA, tokenRequest } from '../support/fake-ports.ts';

const INTROSPECTION = { ...METADATA, introspection_endpoint: `${METADATA.issuer}/introspect` };
const CREDENTIAL = 'checkout/orders-api';
const refused = new VendError('credential_refused');

const about = (path: string, turn: number, client_id = CREDENTIAL) =>
  formRequest(path, { client_id, token: `opaque-${turn}` });
const ROUTES = {
  token: (_turn: number, client_id = CREDENTIAL) => tokenRequest({ client_id }),
  revoke: (turn: number, client_id = CREDENTIAL) => about('/oauth2/revoke', turn, client_id),
  introspect: (turn: number, client_id = CREDENTIAL) =>
    about('/oauth2/introspect', turn, client_id),
};
type Route = keyof typeof ROUTES;
const NAMES = Object.keys(ROUTES) as Route[];

/** A server on which every request that presents a secret has the same result. */
function worldOf(error: Error) {
  const world = new FakeWorld();
  const { server } = world;
  server.metadata = INTROSPECTION;
  server.token = error;
  server.revocation = error;
  server.introspection = error;
  const reached = () => server.tokenRequests + server.revocations + server.introspections;
  return { world, reached };
}

describe('someone who sends a wrong secret to the server again and again', () => {
  it.each(NAMES)('by the route %s gets 1 of 20 through', async (route) => {
    const { world, reached } = worldOf(refused);
    const codes = new Set<unknown>();
    for (let turn = 0; turn < 20; turn += 1)
      codes.add((await world.serve(ROUTES[route](turn))).json['code']);
    expect([reached(), [...codes]]).toEqual([1, ['credential_refused']]);
  });

  it.each(NAMES)('by 20 requests at once to the route %s gets 1 through', async (route) => {
    const { world, reached } = worldOf(refused);
    const all = Array.from({ length: 20 }, (_, turn) =>
      serveRequest(world.vending, ROUTES[route](turn)),
    );
    const responses = await world.clock.runUntilDone(Promise.all(all));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(502));
    expect(reached()).toBe(1);
  });

  it('by all routes in turn gets at most 1 through to each endpoint, and none after a token request', async () => {
    const { world, reached } = worldOf(refused);
    for (let turn = 0; turn < 20; turn += 1)
      for (const route of ['introspect', 'revoke', 'token'] as const)
        await world.serve(ROUTES[route](turn));
    expect(reached()).toBe(3);
    const later = worldOf(refused);
    for (let turn = 0; turn < 20; turn += 1)
      for (const route of ['token', 'revoke', 'introspect'] as const)
        await later.world.serve(ROUTES[route](turn));
    expect(later.reached()).toBe(1);
  });

  it('gets the previous version of a new secret through once, too', async () => {
    const { world, reached } = worldOf(refused);
    world.store.put(CREDENTIAL, DOCUMENT, 'v2', world.clock.now());
    for (let turn = 0; turn < 20; turn += 1) await world.serve(ROUTES.revoke(turn));
    expect(reached()).toBe(2);
  });

  it('does not get a refused version through because the refusal of another is unclear', async () => {
    const { world } = worldOf(refused);
    world.store.put(CREDENTIAL, { ...DOCUMENT, client_secret: 'new' }, 'v2', world.clock.now());
    const presented: unknown[] = [];
    world.server.revocation = () => {
      const { authentication } = world.server.lastCall?.document ?? {};
      const secret =
        authentication && 'clientSecret' in authentication && authentication.clientSecret;
      presented.push(secret);
      return secret === 'new' ? new VendError('upstream_invalid', { mayBeRefusal: true }) : refused;
    };
    for (let turn = 0; turn < 20; turn += 1) await world.serve(ROUTES.revoke(turn));
    expect(presented.filter((secret) => secret === DOCUMENT.client_secret)).toHaveLength(1);
  });
});

describe('someone who tries names of credentials', () => {
  it('gets no more names read by using all routes in turn, and is told when to come back', async () => {
    const world = new FakeWorld({ budgets: { mints: 60, unknownNames: 30 } });
    const codes: unknown[] = [];
    for (let turn = 0; turn < 40; turn += 1)
      for (const route of NAMES)
        codes.push((await world.serve(ROUTES[route](turn, `checkout/guess-${turn}`))).json['code']);
    expect(world.store.reads).toBe(30);
    expect(codes.slice(30)).toEqual(Array(codes.length - 30).fill('budget_exhausted'));
    const { headers } = await world.serve(ROUTES.token(0, 'checkout/another'));
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await world.vend({ client_id: 'checkout/else' }, 'ci-inventory')).json['code']).toBe(
      'credential_unknown',
    );
  });
});

describe('someone who sends requests to a failing server', () => {
  /** 20 requests one after the other, and how many more reached the server than one in each second. */
  async function flood({ world, reached }: ReturnType<typeof worldOf>, route: Route) {
    const begun = world.clock.now();
    const codes = new Set<unknown>();
    for (let turn = 0; turn < 20; turn += 1)
      codes.add((await world.serve(ROUTES[route](turn))).json['code']);
    const seconds = (world.clock.now() - begun) / 1000;
    return { codes: [...codes], beyond: reached() - Math.ceil(seconds) };
  }

  it.each(NAMES)('is stopped by the circuit breaker on the route %s', async (route) => {
    const { codes, beyond } = await flood(worldOf(new VendError('upstream_unavailable')), route);
    expect(codes).toEqual(['upstream_unavailable']);
    expect(beyond).toBeLessThanOrEqual(5);
  });

  it.each(NAMES)('is limited on the route %s, and no client of another team is', async (route) => {
    const at = worldOf(new VendError('upstream_rate_limited'));
    const { world } = at;
    world.store.put('inventory/stock-api', { ...DOCUMENT, client_id: 'stock-client' });
    const { codes, beyond } = await flood(at, route);
    expect(codes).toEqual(['upstream_rate_limited']);
    expect(beyond).toBeLessThanOrEqual(5);
    Object.assign(world.server, new FakeWorld().server, { metadata: INTROSPECTION });
    const before = world.clock.now();
    expect((await world.serve(ROUTES[route](0, 'inventory/stock-api'))).status).toBe(200);
    expect(world.clock.now()).toBe(before);
  });
});
