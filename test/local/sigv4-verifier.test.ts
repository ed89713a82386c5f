import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Sha256 } from '@aws-crypto/sha256-js';
import { describe, expect, it } from '@jest/globals';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { readBody, wireHeaders } from '../../local/loopback-server.ts';
import type { WireRequest } from '../../local/sigv4-canonical.ts';
import { SigV4Error } from '../../local/sigv4-error.ts';
import { type AccessKey, verifySigV4 } from '../../local/sigv4-verifier.ts';

const key: AccessKey = {
  accessKeyId: 'LOCALKEYFORTESTS',
  secretAccessKey: 'secret-for-tests',
  sessionToken: 'session/token+for=tests',
};
const at = Date.UTC(2026, 10, 23, 12);
const options = (now = at) => ({
  region: 'eu-north-1',
  services: ['lambda'],
  findKey: (id: string) => (id === key.accessKeyId ? key : undefined),
  now: () => now,
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const signer = (overrides: object = {}) =>
  new SignatureV4({
    credentials: { ...key, sessionToken: String(key.sessionToken) },
    region: 'eu-north-1',
    service: 'lambda',
    sha256: Sha256,
    ...overrides,
  });

function toHttpRequest({
  method = 'POST',
  path = '/oauth2/token',
  query = {},
  headers = {},
  body = 'a=b',
}: Sent): HttpRequest {
  return new HttpRequest({
    method,
    protocol: 'https:',
    hostname: 'tokens.example.com',
    path,
    query,
    body,
    headers: { host: 'tokens.example.com', ...headers },
  });
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function toWire(
  request: Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>,
): WireRequest {
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encode(name)}=${encode(String(one))}`),
  );
  return {
    method: request.method,
    target: request.path + (query.length > 0 ? `?${query.join('&')}` : ''),
    headers: Object.entries(request.headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    ),
    body: Buffer.from(request.body ?? ''),
  };
}

async function signed(sent: Sent = {}, overrides: object = {}): Promise<WireRequest> {
  return toWire(
    (await signer(overrides).sign(toHttpRequest(sent), {
      signingDate: new Date(at),
    })) as HttpRequest,
  );
}

async function presigned(sent: Sent = {}, expiresIn = 60): Promise<WireRequest> {
  const request = toHttpRequest({ method: 'GET', body: '', ...sent });
  return toWire(
    (await signer().presign(request, { signingDate: new Date(at), expiresIn })) as HttpRequest,
  );
}

const withHeader = (
  wire: WireRequest,
  name: string,
  change: (value: string) => string,
): WireRequest => ({
  ...wire,
  headers: wire.headers.map(
    ([other, value]) => [other, other === name ? change(value) : value] as const,
  ),
});

describe('SigV4 verifier', () => {
  it('accepts the signature of an independent signer, in the header and in the query', async () => {
    expect(verifySigV4(await signed(), options()).accessKeyId).toBe(key.accessKeyId);
    expect(verifySigV4(await presigned(), options()).accessKeyId).toBe(key.accessKeyId);
  });

  it('accepts a difference of 5 minutes, and a presigned request until it expires', async () => {
    expect(verifySigV4(await signed(), options(at + 300_000))).toBe(key);
    expect(verifySigV4(await signed(), options(at - 300_000))).toBe(key);
    expect(verifySigV4(await presigned({}, 3_600), options(at + 3_600_000))).toBe(key);
  });

  const wrong: [what: string, break_: (wire: WireRequest) => WireRequest, type: string][] = [
    [
      'an unknown key id',
      (wire) => withHeader(wire, 'authorization', (value) => value.replace('LOCALKEY', 'OTHERKEY')),
      'UnrecognizedClientException',
    ],
    [
      'one byte of body more',
      (wire) => ({ ...wire, body: Buffer.from('a=bc') }),
      'InvalidSignatureException',
    ],
    [
      'one byte of body changed',
      (wire) => ({ ...wire, body: Buffer.from('a=c') }),
      'InvalidSignatureException',
    ],
    [
      'another path',
      (wire) => ({ ...wire, target: '/oauth2/revoke' }),
      'InvalidSignatureException',
    ],
    [
      'a query added',
      (wire) => ({ ...wire, target: `${wire.target}?a=b` }),
      'InvalidSignatureException',
    ],
    ['another method', (wire) => ({ ...wire, method: 'PUT' }), 'InvalidSignatureException'],
    [
      'a signed header changed',
      (wire) => withHeader(wire, 'host', () => 'evil.example.com'),
      'InvalidSignatureException',
    ],
    [
      'another session token',
      (wire) => withHeader(wire, 'x-amz-security-token', () => 'other'),
      'UnrecognizedClientException',
    ],
    [
      'no session token',
      (wire) => ({
        ...wire,
        headers: wire.headers.filter(([name]) => name !== 'x-amz-security-token'),
      }),
      'UnrecognizedClientException',
    ],
    [
      'an x-amz header added unsigned',
      (wire) => ({ ...wire, headers: [...wire.headers, ['x-amz-added', '1'] as const] }),
      'InvalidSignatureException',
    ],
    [
      'a truncated signature',
      (wire) => withHeader(wire, 'authorization', (value) => value.slice(0, -1)),
      'InvalidSignatureException',
    ],
    [
      'another signature',
      (wire) =>
        withHeader(wire, 'authorization', (value) =>
          value.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        ),
      'InvalidSignatureException',
    ],
    [
      'another date',
      (wire) => withHeader(wire, 'x-amz-date', () => '20261123T120001Z'),
      'InvalidSignatureException',
    ],
    [
      'a date of another day',
      (wire) => withHeader(wire, 'x-amz-date', () => '20261124T120000Z'),
      'InvalidSignatureException',
    ],
    [
      'a date that is none',
      (wire) => withHeader(wire, 'x-amz-date', () => '20261123'),
      'IncompleteSignatureException',
    ],
    [
      'no date',
      (wire) => ({ ...wire, headers: wire.headers.filter(([name]) => name !== 'x-amz-date') }),
      'IncompleteSignatureException',
    ],
    [
      'no signature in the header',
      (wire) => withHeader(wire, 'authorization', (value) => value.replace(/Signature=\w+/, '')),
      'IncompleteSignatureException',
    ],
    [
      'a scope of four parts',
      (wire) => withHeader(wire, 'authorization', (value) => value.replace('/aws4_request', '')),
      'IncompleteSignatureException',
    ],
    [
      'another algorithm',
      (wire) => withHeader(wire, 'authorization', (value) => value.replace('SHA256', 'SHA1')),
      'IncompleteSignatureException',
    ],
    [
      'no authorization at all',
      (wire) => ({ ...wire, headers: wire.headers.filter(([name]) => name !== 'authorization') }),
      'AccessDeniedException',
    ],
    [
      'a body hash of another body',
      (wire) => withHeader(wire, 'x-amz-content-sha256', () => '0'.repeat(64)),
      'InvalidSignatureException',
    ],
    [
      'an unsigned payload',
      (wire) => withHeader(wire, 'x-amz-content-sha256', () => 'UNSIGNED-PAYLOAD'),
      'InvalidSignatureException',
    ],
  ];

  it.each(wrong)('rejects %s', async (_what, breakIt, errorType) => {
    const wire = breakIt(await signed());
    expect(errorOf(wire)).toMatchObject({ status: 403, errorType });
  });

  it.each([
    ['secret', { credentials: { ...key, secretAccessKey: 'other' } }],
    ['region', { region: 'us-east-1' }],
    ['service', { service: 'execute-api' }],
  ])('rejects a signature by another %s', async (_what, overrides) => {
    expect(errorOf(await signed({}, overrides))).toMatchObject({
      errorType: 'InvalidSignatureException',
    });
  });

  it.each([
    ['too old', 301_000, /^Signature expired/],
    ['too early', -301_000, /^Signature not yet current/],
  ])('rejects a signature that is %s', async (_what, later, text) => {
    expect(errorOf(await signed(), at + later)?.message).toMatch(text);
  });

  it.each([
    ['after it expired', (wire: WireRequest) => wire, 61_000],
    [
      'with another parameter',
      (wire: WireRequest) => ({ ...wire, target: `${wire.target}&a=b` }),
      0,
    ],
    [
      'for longer than it was signed',
      (wire: WireRequest) => ({
        ...wire,
        target: wire.target.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'),
      }),
      0,
    ],
    [
      'for ever',
      (wire: WireRequest) => ({
        ...wire,
        target: wire.target.replace('X-Amz-Expires=60', 'X-Amz-Expires=9999999'),
      }),
      0,
    ],
    [
      'without its date',
      (wire: WireRequest) => ({ ...wire, target: wire.target.replace('X-Amz-Date', 'X-Amz-Dat') }),
      0,
    ],
    [
      'by another algorithm',
      (wire: WireRequest) => ({ ...wire, target: wire.target.replace('HMAC-SHA256', 'HMAC-SHA1') }),
      0,
    ],
  ])('rejects a presigned request %s', async (_what, breakIt, later) => {
    expect(errorOf(breakIt(await presigned()), at + later)).toBeInstanceOf(SigV4Error);
  });

  it('responds as AWS does', async () => {
    const unsigned = errorOf({ ...(await signed()), headers: [] });
    expect(unsigned?.body).toBe('{"Message":"Forbidden"}');
    const mismatch = errorOf({ ...(await signed()), method: 'PUT' });
    expect(JSON.parse(mismatch?.body ?? '')).toEqual({
      message: expect.stringMatching(/^The request signature we calculated does not match/),
    });
  });

  it('agrees with the signer on any path, query with repeats, header and body', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const segment = text.filter(
      (one) =>
        one !== '.' && one !== '..' && one !== '' && !one.includes('/') && one.isWellFormed(),
    );
    // The signer of the SDK keeps the query in a plain object, and drops this name.
    const name = segment.filter((one) => one !== '__proto__');
    const arbitrary = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      path: fc
        .array(segment, { minLength: 1, maxLength: 4 })
        .map((segments) => `/${segments.map(encode).join('/')}`),
      query: fc.dictionary(name, fc.array(text, { minLength: 1, maxLength: 3 }), { maxKeys: 3 }),
      headers: fc.dictionary(
        fc.stringMatching(/^x-[a-z]{1,8}$/),
        fc.stringMatching(/^[ -~]{0,20}$/),
        { maxKeys: 3 },
      ),
      body: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (sent) => {
        expect(verifySigV4(await signed(sent), options())).toBe(key);
      }),
      { numRuns: 200 },
    );
  });

  it('accepts a signature of curl, and rejects one with another secret', async () => {
    const run = promisify(execFile);
    const help = await run('curl', ['--help', 'all']).then(
      ({ stdout }) => stdout,
      () => '',
    );
    if (!help.includes('--aws-sigv4')) {
      process.stderr.write('not run: there is no curl with --aws-sigv4 on this machine\n');
      expect(help).not.toContain('--aws-sigv4');
      return;
    }
    const outcomes: string[] = [];
    const server = createServer(async (request, response) => {
      const wire = {
        method: request.method ?? '',
        target: request.url ?? '',
        headers: wireHeaders(request),
        body: await readBody(request),
      };
      outcomes.push(errorOf(wire, Date.now())?.errorType ?? 'accepted');
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/token`;
    for (const secret of [key.secretAccessKey, 'other']) {
      const user = `${key.accessKeyId}:${secret}`;
      await run('curl', [
        '-sS',
        '--aws-sigv4',
        'aws:amz:eu-north-1:lambda',
        '--user',
        user,
        '-H',
        `x-amz-security-token: ${key.sessionToken}`,
        '-d',
        'a=b',
        url,
      ]);
    }
    server.close();
    expect(outcomes).toEqual(['accepted', 'InvalidSignatureException']);
  });
});

function errorOf(wire: WireRequest, now = at): SigV4Error | undefined {
  try {
    verifySigV4(wire, options(now));
    return undefined;
  } catch (error) {
    if (error instanceof SigV4Error) return error;
    throw error;
  }
}
