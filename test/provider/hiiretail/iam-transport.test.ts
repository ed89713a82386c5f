import { describe, expect, it } from '@jest/globals';
import type { HttpsResponse } from '../../../lib/http/https-transport.ts';
import { TransportError } from '../../../lib/http/transport-error.ts';
import { HiiRetailError } from '../../../provider/hiiretail/hiiretail-error.ts';
import { IamApi } from '../../../provider/hiiretail/iam-api.ts';
import { type IamCall, urlOf } from '../../../provider/hiiretail/iam-call.ts';
import { IamTransport } from '../../../provider/hiiretail/iam-transport.ts';
import { openTokenSource } from '../../../provider/hiiretail/token-source.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

type Reply = Partial<HttpsResponse> | Error | ((token: string) => Promise<Partial<HttpsResponse>>);

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface OpenOptions {
  readonly maxRetries?: number;
  readonly signal?: AbortSignal;
  /** Replaces the scripted responses. */
  readonly respond?: (signal: AbortSignal) => Promise<HttpsResponse>;
}

/** The API with scripted responses, the last of which repeats. Tokens are numbered. */
function open(
  replies: Reply[],
  { maxRetries = 3, signal = new AbortController().signal, respond }: OpenOptions = {},
) {
  const clock = new FakeClock();
  const sent: Sent[] = [];
  let tokens = 0;
  const transport = new IamTransport({
    baseUrl: 'https://iam.example.com/base',
    tokens: openTokenSource(async () => {
      tokens += 1;
      return { accessToken: `t${tokens}`, expiresAt: clock.now() + 3_600_000, lifetime: 3_600_000 };
    }, clock),
    transport: async (url, { signal: attempt, body = '', ...request }) => {
      sent.push({ url: url.href, body, ...request });
      if (respond !== undefined) return await respond(attempt);
      const reply = (replies.length > 1 ? replies.shift() : replies[0]) as Reply;
      if (reply instanceof Error) throw reply;
      const token = request.headers['authorization']?.slice('Bearer '.length) ?? '';
      const answer = typeof reply === 'function' ? await reply(token) : reply;
      return { status: 200, headers: {}, body: '[]', ...answer };
    },
    clock,
    timeout: 30_000,
    maxRetries,
    userAgent: 'terraform-provider-hiiretail/1 terraform/1.11.4',
    beforeFirst: () => undefined,
  });
  const send = (call: Partial<IamCall>) =>
    clock.runUntilDone(
      transport.send({ method: 'GET', path: ['x'], permission: 'iam.x.get', ...call }, signal),
    );
  const api = new IamApi(transport, 'T1', signal);
  return { clock, sent, send, api, transport, tokens: () => tokens };
}

const unreachable = new TransportError('connection_failed', 'ECONNRESET');
const json = (body: unknown) => ({ body: JSON.stringify(body) });

describe('calls of the IAM API', () => {
  it('carry the token, a user agent and a correlation id, and go only to the configured host', async () => {
    const { sent, send } = open([{}]);
    await send({ method: 'PUT', path: ['api', 'v1', 'x'], body: { name: 'ö' } });
    expect(sent).toEqual([
      {
        method: 'PUT',
        url: 'https://iam.example.com/base/api/v1/x',
        body: '{"name":"ö"}',
        headers: {
          accept: 'application/json',
          authorization: 'Bearer t1',
          'user-agent': 'terraform-provider-hiiretail/1 terraform/1.11.4',
          'correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'content-type': 'application/json',
        },
      },
    ]);
  });

  it('escape each segment of the path once, and keep colons', () => {
    const call = { method: 'GET', path: ['a/b', 'bu:1', 'c d?e#f%2F'], permission: '' } as const;
    expect(urlOf('https://h', call).href).toBe('https://h/a%2Fb/bu:1/c%20d%3Fe%23f%252F');
  });

  it('never address another object by an id of dots', async () => {
    const { sent, send } = open([{}]);
    await expect(send({ path: ['roles', '..'] })).rejects.toMatchObject({ code: 'api_not_found' });
    expect(sent).toEqual([]);
  });

  it.each(['GET', 'POST'] as const)(
    'renew a rejected token and repeat %s with its whole body once',
    async (method) => {
      const { sent, send, tokens } = open([{ status: 401, body: 'whatever' }, {}]);
      await send({ method, body: { a: 1 } });
      expect(sent.map(({ headers, body }) => [headers['authorization'], body])).toEqual([
        ['Bearer t1', '{"a":1}'],
        ['Bearer t2', '{"a":1}'],
      ]);
      expect(tokens()).toBe(2);
    },
  );

  it.each([
    'Bearer error="invalid_token", error_description="The access token expired"',
    'Bearer error="insufficient_scope"',
    'Basic realm="elsewhere"',
  ])(
    'renew a rejected token by the status alone, whatever the server says with it: %s',
    async (value) => {
      const rejected = { status: 401, headers: { 'www-authenticate': value } };
      const { sent, send, tokens } = open([rejected, {}]);
      await send({ method: 'PUT', body: { a: 1 } });
      expect(sent.map(({ headers }) => headers['authorization'])).toEqual([
        'Bearer t1',
        'Bearer t2',
      ]);
      expect(tokens()).toBe(2);
    },
  );

  it('fail when the new token is rejected too', async () => {
    const { sent, send } = open([{ status: 401 }]);
    await expect(send({})).rejects.toMatchObject({ code: 'token_rejected' });
    expect(sent).toHaveLength(2);
  });

  it('cost two tokens in 30 seconds if every token is rejected, however many calls there are', async () => {
    const { sent, send, tokens, clock } = open([{ status: 401 }]);
    const calls = () => Array.from({ length: 10 }, () => send({}));
    for (let second = 0; second < 29; second += 1) {
      for (const call of await Promise.allSettled(calls())) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'token_rejected' } });
      }
      clock.skip(1_000);
    }
    expect([tokens(), sent.length]).toEqual([2, 20]);
    clock.skip(1_000);
    await Promise.allSettled(calls());
    expect(tokens()).toBe(3);
  });

  it('cost two tokens also if one call begins with the replacement that another has just fetched', async () => {
    const second = Promise.withResolvers<void>();
    let blocked = 0;
    const { send, tokens } = open([
      async (token) => {
        blocked += token === 't2' ? 1 : 0;
        if (blocked === 1) await second.promise;
        return { status: 401 };
      },
    ]);
    const first = send({});
    await settle();
    await expect(send({})).rejects.toMatchObject({ code: 'token_rejected' });
    second.resolve();
    await expect(first).rejects.toMatchObject({ code: 'token_rejected' });
    expect(tokens()).toBe(2);
  });

  it('continue with the replacement if a token is revoked in the middle', async () => {
    const revoked = new Set<string>();
    const { sent, send, tokens } = open([
      async (token) => ({ status: revoked.has(token) ? 401 : 200 }),
    ]);
    await send({});
    for (const token of ['t1', 't2', 't3']) {
      revoked.add(token);
      await Promise.all(Array.from({ length: 10 }, () => send({ method: 'POST' })));
    }
    expect([tokens(), sent.length]).toEqual([4, 1 + 3 * 20]);
  });

  it('keep the token after 403, and name the permission', async () => {
    const { sent, send, tokens } = open([{ status: 403, body: '<html>no</html>' }]);
    await expect(send({})).rejects.toMatchObject({
      code: 'api_forbidden',
      details: { permission: 'iam.x.get', messages: [] },
    });
    expect([sent.length, tokens()]).toEqual([1, 1]);
  });

  it.each([
    [{ status: 500 }],
    [{ status: 502 }],
    [{ status: 503 }],
    [{ status: 504 }],
    [{ status: 408 }],
    [unreachable],
  ])('are repeated after %p if that is safe, and creations never', async (reply) => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const { sent, send } = open([reply, reply, {}]);
      await send({ method });
      expect(sent).toHaveLength(3);
    }
    const { sent, send } = open([reply, {}]);
    await expect(send({ method: 'POST' })).rejects.toThrow();
    expect(sent).toHaveLength(1);
  });

  it('are repeated after 429, creations too, as Retry-After says', async () => {
    const { sent, send, clock } = open([{ status: 429, headers: { 'retry-after': '7' } }, {}]);
    const begin = clock.now();
    await send({ method: 'POST' });
    expect([sent.length, clock.now() - begin]).toEqual([2, 7_000]);
  });

  it.each(['61', '86400', new Date(Date.now() + 3_600_000).toUTCString()])(
    'fail at once if Retry-After is %s',
    async (value) => {
      const { sent, send } = open([{ status: 503, headers: { 'retry-after': value } }]);
      await expect(send({})).rejects.toMatchObject({
        code: 'api_failing',
        details: { status: 503, retryAfter: expect.any(Number) },
      });
      expect(sent).toHaveLength(1);
    },
  );

  it('wait as without Retry-After if it is invalid', async () => {
    const { send, clock } = open([{ status: 503, headers: { 'retry-after': 'later' } }, {}]);
    const begin = clock.now();
    await send({});
    expect(clock.now() - begin).toBe(1_000);
  });

  it('are sent once with max_retries = 0', async () => {
    const { sent, send } = open([{ status: 503 }], { maxRetries: 0 });
    await expect(send({})).rejects.toMatchObject({ code: 'api_failing' });
    expect(sent).toHaveLength(1);
  });

  it('follow no redirect', async () => {
    const headers = { location: 'https://elsewhere.example/' };
    const { sent, send } = open([{ status: 307, headers }]);
    await expect(send({})).rejects.toMatchObject({ code: 'api_redirected' });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [400, { message: ['name is long', 'id is odd'] }, ['name is long', 'id is odd']],
    [409, { message: 'Group already exists' }, ['Group already exists']],
    [404, { message: 7 }, []],
  ])('show the messages of the API with status %d', async (status, body, messages) => {
    const { send } = open([{ status, ...json(body) }]);
    await expect(send({})).rejects.toMatchObject({ details: { status, messages } });
  });

  it('show no text of pages that are not JSON, or of server errors', async () => {
    for (const reply of [
      { status: 400, body: '<html>secret</html>' },
      { status: 500, ...json({ message: 'secret' }) },
    ]) {
      const { send } = open([reply], { maxRetries: 0 });
      await expect(send({})).rejects.toMatchObject({ details: { messages: [] } });
    }
    const { send } = open([{ body: '<html>' }]);
    await expect(send({})).rejects.toMatchObject({ code: 'api_answer_invalid' });
  });
});

describe('calls that Terraform cancels', () => {
  const enough = new Error('enough');

  it('end in flight, with the request to the API, and are not repeated', async () => {
    const leaving = new AbortController();
    const { promise: asked, resolve: arrive } = Promise.withResolvers<void>();
    const { sent, send } = open([{}], {
      signal: leaving.signal,
      respond: (signal) => {
        arrive();
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    const call = send({});
    await asked;
    leaving.abort(enough);
    await expect(call).rejects.toBe(enough);
    expect(sent).toHaveLength(1);
  });

  /**
   * A call that the API has received, and to which it responds when the test resolves `answer`. The
   * signal is that of the request.
   */
  function sendSlowly(call: Partial<IamCall>) {
    const leaving = new AbortController();
    const arrived = Promise.withResolvers<AbortSignal>();
    const answer = Promise.withResolvers<HttpsResponse>();
    const opened = open([{}], {
      signal: leaving.signal,
      respond: (signal) => {
        arrived.resolve(signal);
        signal.addEventListener('abort', () => answer.reject(signal.reason));
        return answer.promise;
      },
    });
    const given = { method: 'POST', path: ['x'], permission: '', ...call } as const;
    const done = opened.transport.send(given, leaving.signal);
    done.catch(() => undefined);
    return { ...opened, leaving, arrived: arrived.promise, answer, done };
  }

  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'are waited for up to 10 seconds if they are a %s that was sent',
    async (method) => {
      const { clock, sent, leaving, arrived, answer, done } = sendSlowly({ method });
      await arrived;
      leaving.abort(enough);
      await clock.advance(9_999);
      answer.resolve({ status: 201, headers: {}, body: '{"id":"g"}' });
      expect(await done).toEqual({ status: 201, json: { id: 'g' } });
      expect([sent.length, clock.pendingTimers]).toEqual([1, 0]);
    },
  );

  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'end after 10 seconds if they are a %s without a response',
    async (method) => {
      const { clock, sent, leaving, arrived, done } = sendSlowly({ method });
      const signal = await arrived;
      await clock.advance(5_000);
      leaving.abort(enough);
      await clock.advance(9_999);
      expect(signal.aborted).toBe(false);
      await clock.advance(1);
      await expect(done).rejects.toMatchObject({
        code: 'interrupted',
        details: { correlationId: expect.any(String) },
      });
      expect([sent.length, clock.pendingTimers]).toEqual([1, 0]);
    },
  );

  it('keep to their own timeout, if that ends first', async () => {
    const { clock, leaving, arrived, done } = sendSlowly({});
    await arrived;
    await clock.advance(25_000);
    leaving.abort(enough);
    await clock.advance(5_000);
    await expect(done).rejects.toMatchObject({ code: 'interrupted' });
    expect(clock.pendingTimers).toBe(0);
  });

  const maybeDone = expect.objectContaining({ code: 'interrupted' });

  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'may have been carried out if they are a %s whose connection ends after that',
    async (method) => {
      const { clock, sent, leaving, arrived, answer, done } = sendSlowly({ method });
      await arrived;
      leaving.abort(enough);
      answer.reject(unreachable);
      await expect(clock.runUntilDone(done)).rejects.toEqual(maybeDone);
      expect([sent.length, clock.pendingTimers]).toEqual([1, 0]);
    },
  );

  it.each([
    ['the connection ended', unreachable, maybeDone],
    ['there was no response in time', new HiiRetailError('api_timeout'), maybeDone],
    ['the response was 503', { status: 503 }, maybeDone],
    ['the response was 429', { status: 429 }, enough],
  ])(
    'may have been carried out if they are a write that waits to be tried again: %s',
    async (_, reply, error) => {
      for (const method of ['PUT', 'DELETE'] as const) {
        const leaving = new AbortController();
        const { clock, sent, transport } = open([reply]);
        const call = transport.send({ method, path: ['x'], permission: '' }, leaving.signal);
        await settle();
        leaving.abort(enough);
        await expect(clock.runUntilDone(call)).rejects.toEqual(error);
        expect([sent.length, clock.pendingTimers]).toEqual([1, 0]);
      }
    },
  );

  it.each([
    [401, maybeDone],
    [429, maybeDone],
    [400, expect.objectContaining({ code: 'api_refused_input' })],
  ])(
    'may have been carried out if the first response was lost and the second is %d',
    async (status, error) => {
      const leaving = new AbortController();
      const { clock, sent, transport } = open([
        unreachable,
        async () => {
          leaving.abort(enough);
          return { status };
        },
      ]);
      const call = transport.send({ method: 'PUT', path: ['x'], permission: '' }, leaving.signal);
      await expect(clock.runUntilDone(call)).rejects.toEqual(error);
      expect(sent).toHaveLength(2);
    },
  );

  it('are known not to be carried out if no connection was trusted', async () => {
    const { clock, leaving, arrived, answer, done } = sendSlowly({ method: 'PUT' });
    await arrived;
    leaving.abort(enough);
    answer.reject(new TransportError('tls_unacceptable', 'CERT_HAS_EXPIRED'));
    await expect(clock.runUntilDone(done)).rejects.toMatchObject({ code: 'api_tls_failed' });
  });

  it.each([
    [401, enough],
    [429, expect.objectContaining({ code: 'api_rate_limited' })],
    [
      503,
      expect.objectContaining({
        code: 'interrupted',
        details: expect.objectContaining({ status: 503 }),
      }),
    ],
  ])('are not sent again if the response to a write is %d after that', async (status, error) => {
    for (const method of ['POST', 'PUT'] as const) {
      const { clock, sent, leaving, arrived, answer, done } = sendSlowly({ method });
      await arrived;
      leaving.abort(enough);
      answer.resolve({ status, headers: {}, body: '' });
      await expect(clock.runUntilDone(done)).rejects.toEqual(error);
      expect([sent.length, clock.pendingTimers]).toEqual([1, 0]);
    }
  });

  it('end at once while they wait to be tried again', async () => {
    const leaving = new AbortController();
    const busy = { status: 503, headers: { 'retry-after': '60' } };
    const { clock, sent, transport } = open([busy]);
    const call = transport.send({ method: 'GET', path: ['x'], permission: '' }, leaving.signal);
    await settle();
    leaving.abort(enough);
    const begin = clock.now();
    await expect(clock.runUntilDone(call)).rejects.toBe(enough);
    expect([sent.length, clock.now() - begin, clock.pendingTimers]).toEqual([1, 0, 0]);
  });

  it('do not begin if they are already cancelled', async () => {
    const { sent, send } = open([{}], { signal: AbortSignal.abort(enough) });
    for (const method of ['GET', 'POST'] as const) {
      await expect(send({ method })).rejects.toBe(enough);
    }
    expect(sent).toEqual([]);
  });
});

describe('the IAM API of a tenant', () => {
  const groups = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `g${from + at}`, name: 'G' }));

  it('reads lists of more than 1,000 page by page, until a short one', async () => {
    const { api, sent } = open([json(groups(0, 1000)), json(groups(1000, 1000)), json([])]);
    expect(await api.listGroups(null)).toHaveLength(2000);
    expect(sent.map(({ url }) => new URL(url).searchParams.get('offset'))).toEqual([
      '0',
      '1000',
      '2000',
    ]);
  });

  it('ends if a server sends the same page forever', async () => {
    const { api, sent } = open([json(groups(0, 1000))]);
    expect(await api.listGroups('x')).toHaveLength(1000);
    expect(sent).toHaveLength(2);
  });

  it('reads 404 as absent in reads and as done in deletions', async () => {
    const { api } = open([{ status: 404, ...json({ message: 'no' }) }]);
    expect(await api.findGroup('g')).toBeUndefined();
    await expect(api.deleteGroup('g')).resolves.toBeUndefined();
    await expect(api.updateGroup('g', { name: 'n', description: '' })).rejects.toMatchObject({
      code: 'api_not_found',
    });
  });

  it('decides by the status and never by digits in an id or a message', async () => {
    const { api } = open([{ status: 400, ...json({ message: '404 Not Found' }) }]);
    await expect(api.findGroup('404-409')).rejects.toMatchObject({ code: 'api_refused_input' });
    const fine = open([json({ id: 'group-404-500', name: '403' })]);
    expect(await fine.api.findGroup('group-404-500')).toMatchObject({ name: '403' });
  });

  it('accepts a list with status 201, as its specification says of custom roles', async () => {
    const { api } = open([{ status: 201, ...json([{ id: 'custom.a', permissions: [] }]) }]);
    expect(await api.listCustomRoles()).toMatchObject([{ id: 'custom.a', name: null }]);
  });

  it('assigns and lists in version 2, and unassigns in version 1, saying whether the role is custom', async () => {
    const { api, sent } = open([{ body: '' }]);
    const binding = { roleId: 'custom.a', isCustom: true, bindings: ['bu:1'] };
    await api.assignRole('g', binding);
    await api.updateBinding('g', binding);
    await api.unassignRole('g', 'custom.a', true);
    expect(sent.map(({ method, url, body }) => `${method} ${url.slice(28)} ${body}`)).toEqual([
      'POST /api/v2/tenants/T1/groups/g/roles {"roleId":"custom.a","isCustom":true,"bindings":["bu:1"]}',
      'PUT /api/v2/tenants/T1/groups/g/roles/custom.a?isCustom=true {"bindings":["bu:1"]}',
      'DELETE /api/v1/tenants/T1/groups/g/roles/custom.a?isCustom=true ',
    ]);
  });
});
