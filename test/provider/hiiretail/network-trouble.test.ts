import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { type Connection, connect } from '../../../provider/hiiretail/connection.ts';
import { explainError } from '../../../provider/hiiretail/explain-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { eventually } from '../framework/support/eventually.ts';

type Move = 'answer' | 'reset' | 'hang';

const TIMEOUT = 30_000;
const signal = new AbortController().signal;
const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server with scripted moves, the last of which repeats. */
async function serve(body: string, moves: Move[]) {
  const seen: Move[] = [];
  const server = http.createServer((request, response) => {
    const move = (moves.length > 1 ? moves.shift() : moves[0]) as Move;
    seen.push(move);
    if (move === 'answer') response.setHeader('content-type', 'application/json').end(body);
    if (move === 'reset') request.socket.resetAndDestroy();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function open({
  token,
  api,
  maxRetries = 3,
}: {
  token: Move[];
  api: Move[];
  maxRetries?: number;
}) {
  const fresh = JSON.stringify({ access_token: 'opaque', token_type: 'bearer', expires_in: 3600 });
  const tokens = await serve(fresh, token);
  const iam = await serve('[]', api);
  const settings = {
    tenantId: 'T1',
    environment: 'live',
    baseUrl: iam.url,
    timeout: TIMEOUT,
    maxRetries,
    tokens: {
      mode: 'direct',
      clientId: 'id-1',
      clientSecret: 'fake-secret-0001',
      tokenUrl: `${tokens.url}/oauth2/token`,
      issuer: 'https://auth.retailsvc.com',
      audience: 'https://hiiretail.com',
      scopes: [],
    },
  } as const;
  const clock = new FakeClock();
  const connection = connect(settings, { environment: {}, terraformVersion: '1.11.4', clock });
  return { clock, connection, tokens: tokens.seen, api: iam.seen };
}

type World = Awaited<ReturnType<typeof open>>;

/**
 * Waits for loopback, then moves the clock: to a timeout if a server hangs, else to the next
 * attempt.
 */
async function finish<T>({ clock, tokens, api }: World, work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  finished.catch(() => undefined);
  const hangs = () => [...tokens, ...api].filter((move) => move === 'hang').length;
  for (let step = 0, timedOut = 0; !done && step < 400; step += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const hangsNow = hangs() > timedOut;
    if (hangsNow) timedOut += 1;
    await clock.advance(hangsNow ? TIMEOUT : 250);
  }
  return await Promise.race([finished, Promise.reject(new Error('it does not end'))]);
}

const list = (connection: Connection) => connection.api(signal).listPermissions();

describe('a network that breaks off or stays silent', () => {
  it.each(['reset', 'hang'] as const)(
    'costs a %s of the token endpoint another attempt',
    async (move) => {
      const world = await open({
        token: [move, move, 'answer'],
        api: ['answer'],
      });
      const { connection, tokens, api } = world;
      expect(await finish(world, list(connection))).toEqual([]);
      expect([tokens, api]).toEqual([[move, move, 'answer'], ['answer']]);
    },
  );

  it.each(['reset', 'hang'] as const)('costs a %s of the API another attempt', async (move) => {
    const world = await open({
      token: ['answer'],
      api: [move, move, 'answer'],
    });
    const { connection, tokens, api } = world;
    expect(await finish(world, list(connection))).toEqual([]);
    expect([tokens, api]).toEqual([['answer'], [move, move, 'answer']]);
  });

  it.each([
    ['reset', 'upstream_unavailable', /Check the network[\s\S]*ECONNRESET/],
    ['hang', 'upstream_timeout', /raise timeout_seconds/],
  ] as const)(
    'ends in a clear error if the token endpoint does nothing but %s',
    async (move, code, advice) => {
      const world = await open({
        token: [move],
        api: ['answer'],
        maxRetries: 2,
      });
      const { connection, tokens, api } = world;
      const error = await finish(world, list(connection)).catch((error: unknown) => error);
      expect(error).toMatchObject({ code });
      expect([tokens, api]).toEqual([Array(3).fill(move), []]);
      expect((explainError(error, 'It cannot be read') as DiagnosticError).texts).toEqual([
        { summary: expect.stringContaining(code), detail: expect.stringMatching(advice) },
      ]);
    },
  );

  it.each([
    ['reset', 'api_unreachable', /base_url[\s\S]*ECONNRESET/],
    ['hang', 'api_timeout', /raise timeout_seconds/],
  ] as const)(
    'ends in a clear error if the API does nothing but %s',
    async (move, code, advice) => {
      const world = await open({
        token: ['answer'],
        api: [move],
        maxRetries: 2,
      });
      const { connection, tokens, api } = world;
      const error = await finish(world, list(connection)).catch((error: unknown) => error);
      expect(error).toMatchObject({ code });
      expect([tokens, api]).toEqual([['answer'], Array(3).fill(move)]);
      expect((explainError(error, 'It cannot be read') as DiagnosticError).texts).toEqual([
        { summary: expect.stringContaining(code), detail: expect.stringMatching(advice) },
      ]);
    },
  );

  it.each(['reset', 'hang'] as const)(
    'ends a creation after one attempt, because a %s may follow its success',
    async (move) => {
      const world = await open({ token: ['answer'], api: [move] });
      const { connection, api } = world;
      const creation = connection.api(signal).createGroup({ name: 'Auditors' });
      await expect(finish(world, creation)).rejects.toMatchObject({
        code: move === 'hang' ? 'api_timeout' : 'api_unreachable',
      });
      expect(api).toEqual([move]);
    },
  );

  it('ends each attempt after timeout_seconds', async () => {
    const { clock, connection, api } = await open({
      token: ['answer'],
      api: ['hang'],
      maxRetries: 0,
    });
    const begin = clock.now();
    const error = list(connection).catch((error: unknown) => error);
    await eventually(() => api[0]);
    await clock.advance(TIMEOUT - 1);
    await expect(Promise.race([error, Promise.resolve('still waiting')])).resolves.toBe(
      'still waiting',
    );
    await clock.advance(1);
    expect(await error).toMatchObject({ code: 'api_timeout' });
    expect(clock.now() - begin).toBe(TIMEOUT);
  });
});
