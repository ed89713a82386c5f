import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../lib/errors/vend-error.ts';
import { DOCUMENT, FakeWorld, never, SECRET_CANARY, TOKEN_CANARY } from '../support/fake-ports.ts';

const bearer = (n: number) => ({
  access_token: `${TOKEN_CANARY}-${n}`,
  token_type: 'Bearer',
  expires_in: 3600,
});
const acceptsOnly = (world: FakeWorld, secret: string) => (call: number) =>
  JSON.stringify(world.server.lastCall?.document.authentication).includes(secret)
    ? bearer(call)
    : new VendError('credential_refused');

interface Row {
  /** The situation, read after "when". */
  readonly when: string;
  readonly arrange: (world: FakeWorld) => void | Promise<void>;
  /** The response to the caller. */
  readonly status: number;
  readonly code?: string;
  readonly source?: 'minted' | 'cached';
  readonly retryAfter?: string;
  /** Total number of token requests at the server. */
  readonly tokenRequests: number;
  readonly secretReads: number;
  readonly audit: string[];
}

const rotated = { ...DOCUMENT, client_secret: 'canary-rotated-secret' };

const rows: Row[] = [
  {
    when: 'the server responds',
    arrange: () => undefined,
    status: 200,
    source: 'minted',
    tokenRequests: 1,
    secretReads: 1,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the server refuses the secret and no other version is there',
    arrange: ({ server }) => {
      server.token = new VendError('credential_refused');
    },
    status: 502,
    code: 'credential_refused',
    tokenRequests: 1,
    secretReads: 3,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the server refused the secret a moment ago',
    arrange: async (world) => {
      world.server.token = new VendError('credential_refused');
      await world.vend();
      world.audit.events.length = 0;
    },
    status: 502,
    code: 'credential_refused',
    retryAfter: '30',
    tokenRequests: 1,
    secretReads: 3,
    audit: ['upstream-failure'],
  },
  {
    when: 'the server hangs for ever',
    arrange: ({ server }) => {
      server.token = never;
    },
    status: 504,
    code: 'upstream_timeout',
    tokenRequests: 1,
    secretReads: 1,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the server responds after 7 s',
    arrange: ({ server, clock }) => {
      server.token = (call) =>
        new Promise((resolve) => {
          clock.startTimer(7_000, () => resolve(bearer(call)));
        });
    },
    status: 200,
    source: 'minted',
    tokenRequests: 1,
    secretReads: 1,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the server says 429 without Retry-After, always',
    arrange: ({ server }) => {
      server.token = new VendError('upstream_rate_limited');
    },
    status: 429,
    code: 'upstream_rate_limited',
    tokenRequests: 3,
    secretReads: 1,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the server says 429 with a Retry-After that fits',
    arrange: ({ server }) => {
      server.token = (call) =>
        call === 1 ? new VendError('upstream_rate_limited', { retryAfter: 2 }) : bearer(call);
    },
    status: 200,
    source: 'minted',
    tokenRequests: 2,
    secretReads: 1,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the server says 429 with a Retry-After that does not fit',
    arrange: ({ server }) => {
      server.token = new VendError('upstream_rate_limited', { retryAfter: 60 });
    },
    status: 429,
    code: 'upstream_rate_limited',
    retryAfter: '60',
    tokenRequests: 1,
    secretReads: 1,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the server responds 500, HTML 502 or resets the connection, always',
    arrange: ({ server }) => {
      server.token = new VendError('upstream_unavailable');
    },
    status: 503,
    code: 'upstream_unavailable',
    tokenRequests: 3,
    secretReads: 1,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the server is back after 2 errors of one request',
    arrange: ({ server }) => {
      server.token = (call) => (call <= 2 ? new VendError('upstream_unavailable') : bearer(call));
    },
    status: 200,
    source: 'minted',
    tokenRequests: 3,
    secretReads: 1,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the server is back after 3 errors, which cost one caller its request',
    arrange: async (world) => {
      world.server.token = (call) =>
        call <= 3 ? new VendError('upstream_unavailable') : bearer(call);
      await world.vend();
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'minted',
    tokenRequests: 4,
    secretReads: 1,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'five errors in a row have opened the circuit, and the probe fails as well',
    arrange: async (world) => {
      world.server.token = new VendError('upstream_unavailable');
      await world.vend();
      await world.vend();
      world.audit.events.length = 0;
    },
    status: 503,
    code: 'upstream_unavailable',
    retryAfter: '1',
    tokenRequests: 6,
    secretReads: 1,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the circuit is open and the probe succeeds within the same request',
    arrange: async (world) => {
      world.server.token = (call) =>
        call <= 5 ? new VendError('upstream_unavailable') : bearer(call);
      await world.vend();
      await world.vend();
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'minted',
    tokenRequests: 6,
    secretReads: 1,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the server is down and a cached token lives long enough',
    arrange: async (world) => {
      await world.vend();
      world.server.token = new VendError('upstream_unavailable');
      world.server.metadata = new VendError('upstream_unavailable');
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'cached',
    tokenRequests: 1,
    secretReads: 1,
    audit: ['vend'],
  },
  {
    when: 'the server is down and the cached token is in its refresh window',
    arrange: async (world) => {
      await world.vend();
      world.clock.skip(3_400_000);
      world.server.token = new VendError('upstream_unavailable');
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'cached',
    tokenRequests: 4,
    secretReads: 2,
    audit: ['mint-intent', 'vend'],
  },
  {
    when: 'the secret was rotated before the request, unseen by the document cache',
    arrange: async (world) => {
      await world.vend({ scope: 'orders:write' });
      world.store.put('checkout/orders-api', rotated, 'v2');
      world.server.token = acceptsOnly(world, 'canary-rotated-secret');
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'minted',
    tokenRequests: 3,
    secretReads: 2,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the secret is rotated during the request',
    arrange: (world) => {
      const respond = acceptsOnly(world, 'canary-rotated-secret');
      world.server.token = (call) => {
        world.store.put('checkout/orders-api', rotated, 'v2');
        return respond(call);
      };
    },
    status: 200,
    source: 'minted',
    tokenRequests: 2,
    secretReads: 2,
    audit: ['mint-intent', 'mint', 'vend'],
  },
  {
    when: 'the secret is rotated after the vend and the document has aged out',
    arrange: async (world) => {
      await world.vend();
      world.store.put('checkout/orders-api', rotated, 'v2');
      world.server.token = acceptsOnly(world, 'canary-rotated-secret');
      world.clock.skip(60_000);
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'cached',
    tokenRequests: 1,
    secretReads: 2,
    audit: ['vend'],
  },
  {
    when: 'the secret is rotated to another wrong one',
    arrange: (world) => {
      world.server.token = (call) => {
        if (call === 1) world.store.put('checkout/orders-api', rotated, 'v2');
        return new VendError('credential_refused');
      };
    },
    status: 502,
    code: 'credential_refused',
    tokenRequests: 2,
    secretReads: 4,
    audit: ['mint-intent', 'upstream-failure'],
  },
  {
    when: 'the credential is disabled',
    arrange: ({ store }) => store.put('checkout/orders-api', { ...DOCUMENT, status: 'disabled' }),
    status: 403,
    code: 'credential_disabled',
    tokenRequests: 0,
    secretReads: 1,
    audit: ['denial'],
  },
  {
    when: 'the credential is disabled together with a rotation, seen only by the second reading',
    arrange: (world) => {
      world.server.token = () => {
        world.store.put('checkout/orders-api', { ...rotated, status: 'disabled' }, 'v2');
        return new VendError('credential_refused');
      };
    },
    status: 403,
    code: 'credential_disabled',
    tokenRequests: 1,
    secretReads: 2,
    audit: ['mint-intent', 'denial'],
  },
  {
    when: 'the epoch is raised',
    arrange: async (world) => {
      await world.vend();
      world.store.put('checkout/orders-api', { ...DOCUMENT, epoch: 1 });
      world.clock.skip(60_000);
      world.audit.events.length = 0;
    },
    status: 200,
    source: 'minted',
    tokenRequests: 2,
    secretReads: 2,
    audit: ['mint-intent', 'mint', 'vend'],
  },
];

describe('the response', () => {
  it.each(rows)('$when: $status $code$source', async (row) => {
    const world = new FakeWorld();
    await row.arrange(world);

    const { status, headers, json, body } = await world.vend();

    expect({
      status,
      code: json['code'],
      source: json['source'],
      retryAfter: headers['retry-after'],
    }).toEqual({
      status: row.status,
      code: row.code,
      source: row.source,
      retryAfter: row.retryAfter,
    });
    expect(world.server.tokenRequests).toBe(row.tokenRequests);
    expect(world.store.reads).toBe(row.secretReads);
    expect(world.audit.kinds).toEqual(row.audit);
    expect(body).not.toContain(SECRET_CANARY);
    expect(JSON.stringify(world.audit.events)).not.toMatch(/canary/);
    if (status !== 200) expect(body).not.toMatch(/canary/);
  });
});
