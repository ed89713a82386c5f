import { describe, expect, it } from '@jest/globals';
import type { HttpRequest, HttpResponse } from '../../lib/http/messages.ts';
import { REQUEST_TIMEOUT } from '../../lib/time/time-budget.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import {
  request as anyRequest,
  FakeWorld,
  formRequest,
  METADATA,
  never,
  tokenRequest,
} from '../support/fake-ports.ts';

const SECOND = 1_000;
const HUNG_FOR = 40;
const about = { client_id: 'checkout/orders-api', token: 'some-token' };
const vend = () => tokenRequest();
const revoke = () => formRequest('/oauth2/revoke', about);
const introspect = () => formRequest('/oauth2/introspect', about);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const JWT = `${part({ alg: 'RS256' })}.${part({})}.x`;

type Port = 'store' | 'server' | 'verifier' | 'audit';
const HANGS: readonly [what: string, port: Port, method: string, request: () => HttpRequest][] = [
  ['the secret', 'store', 'read', vend],
  ['the list of secrets', 'store', 'list', () => anyRequest({ path: '/credentials' })],
  ['the metadata', 'server', 'readMetadata', vend],
  ['the token endpoint', 'server', 'requestToken', vend],
  ['the keys', 'verifier', 'verify', vend],
  ['the revocation', 'server', 'revokeToken', revoke],
  ['the introspection', 'server', 'introspectToken', introspect],
];

/** A request, how long it has taken, and the response if there is one. */
class Call {
  readonly #world: FakeWorld;
  readonly #from: number;
  response: HttpResponse | undefined;
  milliseconds = 0;

  constructor(world: FakeWorld, request: HttpRequest) {
    this.#world = world;
    this.#from = world.clock.now();
    void serveRequest(world.vending, request).then((response) => {
      this.response = response;
      this.milliseconds = this.#world.clock.now() - this.#from;
    });
  }
}

function openWorld(): FakeWorld {
  const world = new FakeWorld();
  world.server.metadata = { ...METADATA, introspection_endpoint: `${METADATA.issuer}/introspect` };
  world.server.token = { access_token: JWT, expires_in: 3_600 };
  const exp = world.clock.now() / 1_000 + 3_600;
  const aud = ['https://orders.example.com', 'https://api.example.com/orders'];
  world.verifier.result = { valid: true, claims: { iss: METADATA.issuer, exp, aud } };
  return world;
}

describe.each(HANGS)(
  '%s that hangs for ever, whatever its signal says',
  (_what, port, method, request) => {
    it('delays no caller beyond its deadline, and no later caller once it works', async () => {
      const world = openWorld();
      Object.assign(world[port], { [method]: never });
      // There is always somebody who waits, so no work ends because everybody has left.
      const calls: Call[] = [];
      for (let second = 0; second < HUNG_FOR; second += 1) {
        calls.push(new Call(world, request()));
        await world.clock.advance(SECOND);
      }
      delete (world[port] as unknown as Record<string, unknown>)[method];
      // Work under way ends by its own limit. A circuit that opened is probed.
      await world.clock.advance(REQUEST_TIMEOUT);
      const later = new Call(world, request());
      await world.clock.advance(SECOND);
      expect(later.response?.status).toBe(200);
      for (const { response, milliseconds } of calls) {
        expect(response).toBeDefined();
        expect(milliseconds).toBeLessThanOrEqual(REQUEST_TIMEOUT);
      }
      const during = calls.slice(0, HUNG_FOR - REQUEST_TIMEOUT / SECOND);
      expect(during.filter(({ response }) => Number(response?.status) < 500)).toEqual([]);
    });
  },
);
