import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openOpenidClient } from '../../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../../lib/http/https-transport.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import type { IssuedCertificate } from '../../local/certificate-authority.ts';
import {
  certified,
  FakeWorld,
  METADATA,
  TOKEN_CANARY,
  tokenRequest,
} from '../support/fake-ports.ts';
import { MutualTls, TLS_VERSIONS, type TlsVersion } from '../support/mutual-tls.ts';

const NAME = 'checkout/orders-api';

let tls: MutualTls;
let accepted: IssuedCertificate;
let unknown: IssuedCertificate;
let expired: IssuedCertificate;

beforeAll(async () => {
  tls = await MutualTls.open();
  const wish = { subject: 'CN=orders', usage: 'client' } as const;
  accepted = await tls.client('orders');
  unknown = await tls.strangers.issue(wish);
  expired = await tls.clients.issue({ ...wish, notAfter: new Date(Date.UTC(2026, 0, 31, 12)) });
});
afterAll(async () => await tls.close());

/** The core at an authorization server over real TLS. Only time is not real. */
class World extends FakeWorld {
  readonly #url: URL;
  readonly #real = openOpenidClient(openHttpsTransport());
  /** Token requests that were begun, each with one handshake. */
  handshakes = 0;
  #open = 0;

  constructor(url: URL, first: IssuedCertificate) {
    super();
    this.#url = url;
    this.clock.skip(Date.now() - this.clock.now());
    this.server.metadata = { ...METADATA, token_endpoint: url.href };
    this.put(first, 'v1');
    this.server.requestToken = async (call, grant) => {
      this.handshakes += 1;
      this.#open += 1;
      try {
        return await this.#real.requestToken(call, grant);
      } finally {
        this.#open -= 1;
      }
    };
  }

  put(certificate: IssuedCertificate, versionId: string, name = NAME): void {
    const document = { ...certified(certificate), client_id: name, token_endpoint: this.#url.href };
    this.store.put(name, document, versionId, this.clock.now());
  }

  async request(client_id = NAME) {
    const serving = serveRequest(this.vending, tokenRequest({ client_id }));
    const { status, body } = await this.clock.runUntilDone(serving, () => this.#open > 0);
    expect(body).not.toMatch(/PRIVATE|BEGIN/);
    return { status, ...JSON.parse(body) } as Readonly<Record<string, unknown>>;
  }
}

async function issuing(version: TlsVersion) {
  return await tls.serve({
    version,
    respond: (_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ access_token: TOKEN_CANARY, token_type: 'Bearer', expires_in: 3600 }),
      );
    },
  });
}

describe('a server that refuses the certificate by an alert', () => {
  it('is named with its reason, and sees the certificate once in 30 s', async () => {
    const world = new World(await tls.serveAlert(48), unknown);
    for (let turn = 0; turn < 20; turn += 1)
      expect(await world.request()).toMatchObject({
        status: 502,
        code: 'credential_refused',
        error_description: expect.stringContaining(
          'refused the client certificate (unknown certificate authority).',
        ),
      });
    expect(world.handshakes).toBe(1);
    world.clock.skip(30_000);
    await world.request();
    expect(world.handshakes).toBe(2);
  });

  it('sees the certificate of a new version within 2 s, once too', async () => {
    const world = new World(await tls.serveAlert(45), unknown);
    await world.request();
    world.put(accepted, 'v2');
    world.clock.skip(2_000);
    for (let turn = 0; turn < 20; turn += 1) await world.request();
    expect(world.handshakes).toBe(2);
  });
});

describe.each(TLS_VERSIONS)('a server of %s that ends the connection instead', (version) => {
  it('gets the previous certificate until it accepts that of the new version', async () => {
    const { url, seen } = await issuing(version);
    const world = new World(url, accepted);
    world.put(unknown, 'v2');
    expect(await world.request()).toMatchObject({ status: 200, access_token: TOKEN_CANARY });
    expect(seen.map(({ name }) => name)).toEqual(['orders']);
  });

  it('gets a new certificate within 2 s', async () => {
    const { url } = await issuing(version);
    const world = new World(url, unknown);
    expect(await world.request()).toMatchObject({
      status: 503,
      code: 'upstream_unavailable',
      error_description: expect.stringContaining('when the client certificate was presented'),
    });
    world.put(accepted, 'v2');
    world.clock.skip(2_000);
    expect(await world.request()).toMatchObject({ status: 200 });
  });

  it('is not contacted without limit, and serves other clients meanwhile', async () => {
    const { url } = await issuing(version);
    const world = new World(url, unknown);
    world.put(accepted, 'v1', 'checkout/stock-api');
    const begun = world.clock.now();
    for (let turn = 0; turn < 20; turn += 1)
      expect(await world.request()).toMatchObject({ code: 'upstream_unavailable' });
    const seconds = Math.ceil((world.clock.now() - begun) / 1000);
    expect(world.handshakes).toBeLessThanOrEqual(5 + seconds);
    expect(await world.request('checkout/stock-api')).toMatchObject({ status: 200 });
  });
});

describe('a certificate that has expired', () => {
  it('is named with its date, and never presented', async () => {
    const { url, seen } = await issuing('TLSv1.3');
    const world = new World(url, expired);
    expect(await world.request()).toMatchObject({
      status: 500,
      code: 'credential_invalid',
      error_description: expect.stringContaining(
        'tls_client_certificate of the credential document expired at 2026-01-31T12:00:00Z.',
      ),
    });
    expect([world.handshakes, seen]).toEqual([0, []]);
  });
});

describe('a certificate of the server that is not trusted', () => {
  it('is not an error of the client', async () => {
    const own = await tls.strangers.issue({ subject: 'CN=localhost', usage: 'server' });
    const { url, seen } = await tls.serve({ own });
    const world = new World(url, accepted);
    expect(await world.request()).toMatchObject({
      status: 502,
      code: 'upstream_invalid',
      error_description: expect.stringContaining(
        'TLS certificate or protocol of the token endpoint',
      ),
    });
    expect(seen).toEqual([]);
  });
});
