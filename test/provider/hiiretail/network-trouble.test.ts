import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../provider/framework/diagnostics/fault.ts';
import { type Connection, connect } from '../../../provider/hiiretail/connection.ts';
import { explainFailure } from '../../../provider/hiiretail/explain-failure.ts';
import { FakeClock } from '../../support/fake-clock.ts';

type Move = 'answer' | 'reset' | 'hang';

const TIMEOUT = 30_000;
const signal = new AbortController().signal;
const servers: http.Server[] = [];
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that does as scripted with each request, the last move for ever. */
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
  const connection = connect(settings, { environment: {}, terraformVersion: '1.11.4', clock });
  return { connection, tokens: tokens.seen, api: iam.seen };
}

/** Lets what is under way over loopback happen, and then time pass: a timeout where a server hangs, else waits between attempts. */
async function finish<T>(seen: readonly Move[][], work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  finished.catch(() => undefined);
  const hangs = () => seen.flat().filter((move) => move === 'hang').length;
  for (let timedOut = 0; !done; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const hangsNow = hangs() > timedOut;
    if (hangsNow) timedOut += 1;
    await clock.advance(hangsNow ? TIMEOUT : 250);
  }
  return await finished;
}

const list = (connection: Connection) => connection.api(signal).listPermissions();

describe('a network that breaks off or stays silent', () => {
  it.each(['reset', 'hang'] as const)(
    'costs a %s of the token endpoint another attempt',
    async (move) => {
      const { connection, tokens, api } = await open({
        token: [move, move, 'answer'],
        api: ['answer'],
      });
      expect(await finish([tokens, api], list(connection))).toEqual([]);
      expect([tokens, api]).toEqual([[move, move, 'answer'], ['answer']]);
    },
  );

  it.each(['reset', 'hang'] as const)('costs a %s of the API another attempt', async (move) => {
    const { connection, tokens, api } = await open({
      token: ['answer'],
      api: [move, move, 'answer'],
    });
    expect(await finish([tokens, api], list(connection))).toEqual([]);
    expect([tokens, api]).toEqual([['answer'], [move, move, 'answer']]);
  });

  it.each([
    ['reset', 'upstream_unavailable', /Check the network[\s\S]*ECONNRESET/],
    ['hang', 'upstream_timeout', /raise timeout_seconds/],
  ] as const)(
    'ends in a clear error where the token endpoint does nothing but %s',
    async (move, code, advice) => {
      const { connection, tokens, api } = await open({
        token: [move],
        api: ['answer'],
        maxRetries: 2,
      });
      const failure = await finish([tokens, api], list(connection)).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code });
      expect([tokens, api]).toEqual([Array(3).fill(move), []]);
      expect((explainFailure(failure, 'It cannot be read') as Fault).problems).toEqual([
        { summary: expect.stringContaining(code), detail: expect.stringMatching(advice) },
      ]);
    },
  );

  it.each([
    ['reset', 'api_unreachable', /base_url[\s\S]*ECONNRESET/],
    ['hang', 'api_timeout', /raise timeout_seconds/],
  ] as const)(
    'ends in a clear error where the API does nothing but %s',
    async (move, code, advice) => {
      const { connection, tokens, api } = await open({
        token: ['answer'],
        api: [move],
        maxRetries: 2,
      });
      const failure = await finish([tokens, api], list(connection)).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code });
      expect([tokens, api]).toEqual([['answer'], Array(3).fill(move)]);
      expect((explainFailure(failure, 'It cannot be read') as Fault).problems).toEqual([
        { summary: expect.stringContaining(code), detail: expect.stringMatching(advice) },
      ]);
    },
  );

  it.each(['reset', 'hang'] as const)(
    'costs a creation its only attempt, since a %s may come after it was done',
    async (move) => {
      const { connection, tokens, api } = await open({ token: ['answer'], api: [move] });
      const creation = connection.api(signal).createGroup({ name: 'Auditors' });
      await expect(finish([tokens, api], creation)).rejects.toMatchObject({
        code: move === 'hang' ? 'api_timeout' : 'api_unreachable',
      });
      expect(api).toEqual([move]);
    },
  );

  it('is given timeout_seconds for each attempt, and not a moment more', async () => {
    const { connection, api } = await open({ token: ['answer'], api: ['hang'], maxRetries: 0 });
    const begin = clock.now();
    const failure = list(connection).catch((error: unknown) => error);
    while (api.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await clock.advance(TIMEOUT - 1);
    await expect(Promise.race([failure, Promise.resolve('still waiting')])).resolves.toBe(
      'still waiting',
    );
    await clock.advance(1);
    expect(await failure).toMatchObject({ code: 'api_timeout' });
    expect(clock.now() - begin).toBe(TIMEOUT);
  });
});
