import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TokenClient } from '../../client/index.ts';
import { measureProbes } from '../../prober/measure-probes.ts';
import { probe } from '../../prober/probe.ts';

const TOKEN = 'a-token-that-must-not-be-written';
const REFUSED = {
  error: 'access_denied',
  error_description: 'Not allowed.',
  code: 'policy_denied',
  request_id: 'r-1',
};
const BROKEN = { ...REFUSED, error: 'server_error', code: 'internal' };

type Answer = [status: number, body: object];
const answers = new Map<string, Answer>();
const signatures: string[] = [];
let server: http.Server;

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const credential = new URLSearchParams(body).get('client_id') ?? '';
    signatures.push(String(request.headers.authorization));
    const [status, answer] = answers.get(credential) ?? [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  answers.set('platform/probe', [200, tokenAnswer('platform/probe')]);
  answers.set('platform/probe-refused', [403, REFUSED]);
});

function tokenAnswer(credential: string) {
  const ids = { credential, mint_id: 'm', vend_id: 'v', source: 'minted' };
  const times = { expires_in: 3600, expires_at: 2_000_000_000, issued_at: 1_999_996_400 };
  return { access_token: TOKEN, token_type: 'Bearer', scope: '', ...times, ...ids };
}

async function probeServer() {
  const { port } = server.address() as AddressInfo;
  const client = new TokenClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-north-1',
    maxRetries: 0,
    credentials: async () => ({ accessKeyId: 'LOCALKEY', secretAccessKey: 'made-up' }),
  });
  return await probe({ client, credential: 'platform/probe', refused: 'platform/probe-refused' });
}

describe('the prober', () => {
  it('is content with a token and a refusal, asked for with signatures', async () => {
    expect(await probeServer()).toEqual([
      { expected: 'token', passed: true, code: undefined },
      { expected: 'refusal', passed: true, code: 'policy_denied' },
    ]);
    expect(signatures).toHaveLength(2);
    for (const signature of signatures) expect(signature).toMatch(/^AWS4-HMAC-SHA256 .*lambda/);
  });

  it.each<[string, string, Answer, boolean[], string | undefined]>([
    ['the token is refused', 'platform/probe', [403, REFUSED], [false, true], 'policy_denied'],
    ['the endpoint fails', 'platform/probe', [500, BROKEN], [false, true], 'internal'],
    ['AWS refuses', 'platform/probe', [403, { Message: 'no' }], [false, true], 'access_forbidden'],
    ['what answers is no endpoint', 'platform/probe', [200, {}], [false, true], 'answer_invalid'],
    [
      'a token comes where none may',
      'platform/probe-refused',
      [200, tokenAnswer('platform/probe-refused')],
      [true, false],
      undefined,
    ],
    [
      'the refusal is for another reason than policy',
      'platform/probe-refused',
      [500, BROKEN],
      [true, false],
      'internal',
    ],
  ])('finds that %s', async (_, credential, answer, passed, code) => {
    answers.set(credential, answer);
    const outcomes = await probeServer();
    expect(outcomes.map((outcome) => outcome.passed)).toEqual(passed);
    expect(outcomes[passed.indexOf(false)]?.code).toBe(code);
  });

  it('counts what it did and what failed, without a word of the token', async () => {
    answers.set('platform/probe-refused', [200, tokenAnswer('platform/probe-refused')]);
    const outcomes = await probeServer();
    expect(measureProbes(outcomes)).toEqual([
      { metric: 'probes', value: 2, dimensions: {} },
      { metric: 'probeFailures', value: 1, dimensions: {} },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain(TOKEN);
  });
});
