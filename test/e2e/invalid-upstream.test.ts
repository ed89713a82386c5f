import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../local/authorization-server-faults.ts';
import { ServiceError } from '../../local/secrets-manager-operations.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const CANARY = 'canary-upstream-body-93c1';
let system: TestSystem;
let credentialNumber = 0;

beforeAll(async () => {
  system = await startTestSystem();
  system.guard(CANARY);
});

afterEach(() => {
  system.authorizationServer.faults.clear();
  system.secretsManager.fault = undefined;
});

afterAll(async () => {
  await system.stop();
});

/** A new credential, with its own issuer if metadata must not be cached yet. */
async function newCredential(changes: object = {}): Promise<string> {
  credentialNumber += 1;
  const name = `checkout/fault-${credentialNumber}`;
  const orders = readDocument(system.secretsManager.store, 'checkout/orders-api');
  await putDocument(system.secretsManager.store, name, { ...orders, ...changes });
  return name;
}

const request = (credential: string) => system.client('ci-checkout').getToken({ credential });
const html = { 'content-type': 'text/html' };

describe('invalid metadata', () => {
  const invalidMetadata: [what: string, fault: Fault, code: string][] = [
    [
      'another issuer',
      { kind: 'rewrite', change: (json) => ({ ...json, issuer: 'https://evil.example.net' }) },
      'upstream_invalid',
    ],
    [
      'an http token endpoint elsewhere',
      {
        kind: 'rewrite',
        change: (json) => ({ ...json, token_endpoint: 'http://evil.example.net/t' }),
      },
      'upstream_invalid',
    ],
    [
      'a cross-site token endpoint',
      {
        kind: 'rewrite',
        change: (json) => ({ ...json, token_endpoint: 'https://evil.example.net/t' }),
      },
      'upstream_invalid',
    ],
    [
      '10 MB of body',
      { kind: 'response', status: 200, body: `"${'x'.repeat(10_000_000)}"` },
      'upstream_invalid',
    ],
    [
      'HTML',
      { kind: 'response', status: 200, headers: html, body: `<html>${CANARY}</html>` },
      'upstream_invalid',
    ],
    [
      'a redirect',
      { kind: 'response', status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'upstream_invalid',
    ],
    ['a list', { kind: 'response', status: 200, body: '[]' }, 'upstream_invalid'],
    ['a slow drip', { kind: 'drip' }, 'upstream_timeout'],
    ['a reset', { kind: 'reset' }, 'upstream_unavailable'],
  ];

  it.each(invalidMetadata)(
    'is rejected with %s, and no token is requested',
    async (_what, fault, code) => {
      // Metadata is cached for an hour by issuer, so only a new process reads it.
      await system.function.restart();
      const credential = await newCredential();
      const before = system.requests('token');
      system.authorizationServer.faults.set('metadata', fault);
      await expect(request(credential)).rejects.toMatchObject({ code });
      expect(system.requests('token')).toBe(before);
    },
  );
});

describe('invalid token responses', () => {
  const rewrite = (change: (json: Record<string, unknown>) => unknown): Fault => ({
    kind: 'rewrite',
    change,
  });
  const forge = (claims: object) =>
    rewrite((json) => {
      const [header, payload, signature] = String(json['access_token']).split('.') as [
        string,
        string,
        string,
      ];
      const forged = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
      return {
        ...json,
        access_token: [
          header,
          Buffer.from(JSON.stringify(forged)).toString('base64url'),
          signature,
        ].join('.'),
      };
    });

  const invalidMetadata: [what: string, fault: Fault, code: string][] = [
    ['junk', { kind: 'response', status: 200, body: CANARY }, 'upstream_invalid'],
    ['no token', rewrite(() => ({ token_type: 'Bearer', expires_in: 60 })), 'token_unacceptable'],
    ['another type', rewrite((json) => ({ ...json, token_type: 'mac' })), 'token_unacceptable'],
    ['a negative lifetime', rewrite((json) => ({ ...json, expires_in: -5 })), 'token_unacceptable'],
    [
      'a lifetime in words',
      rewrite((json) => ({ ...json, expires_in: 'soon' })),
      'token_unacceptable',
    ],
    [
      'an opaque token without a lifetime',
      rewrite(() => ({ access_token: `opaque-${CANARY}`, token_type: 'Bearer' })),
      'token_unacceptable',
    ],
    [
      'a huge lifetime',
      rewrite(() => ({ access_token: `opaque-${CANARY}`, token_type: 'Bearer', expires_in: 1e12 })),
      'token_unacceptable',
    ],
    [
      'a wider scope',
      rewrite((json) => ({ ...json, scope: 'orders:read admin' })),
      'token_unacceptable',
    ],
    [
      'another audience in a forged JWT',
      forge({ aud: 'https://evil.example.net' }),
      'token_unacceptable',
    ],
    [
      'another issuer in a forged JWT',
      forge({ iss: 'https://evil.example.net' }),
      'token_unacceptable',
    ],
    ['a bad signature', forge({}), 'token_unacceptable'],
  ];

  it.each(invalidMetadata)('are rejected with %s', async (what, fault, code) => {
    const credential = await newCredential();
    system.authorizationServer.faults.set(
      'token',
      what === 'a bad signature' ? breakSignature : fault,
    );
    await expect(request(credential)).rejects.toMatchObject({ code, status: 502 });
  });

  const breakSignature = rewrite((json) => {
    const token = String(json['access_token']);
    const flipped = token.at(-10) === 'A' ? 'B' : 'A';
    return { ...json, access_token: token.slice(0, -10) + flipped + token.slice(-9) };
  });

  it('may state the lifetime only in the JWT', async () => {
    const credential = await newCredential();
    system.authorizationServer.faults.set(
      'token',
      rewrite(({ expires_in: _, ...json }) => json),
    );
    expect((await request(credential)).expires_in).toBeGreaterThan(3_500);
  });
});

describe('a failing authorization server', () => {
  const faults: [what: string, fault: Fault, outcome: string][] = [
    [
      '429 with a Retry-After that fits',
      { kind: 'response', status: 429, headers: { 'retry-after': '1' }, times: 1 },
      'minted',
    ],
    [
      '429 with a Retry-After that does not fit',
      { kind: 'response', status: 429, headers: { 'retry-after': '60' }, times: 1 },
      'upstream_rate_limited',
    ],
    ['500 once', { kind: 'response', status: 500, body: CANARY, times: 1 }, 'minted'],
    [
      'HTML 502 twice',
      { kind: 'response', status: 502, headers: html, body: `<h1>${CANARY}</h1>`, times: 2 },
      'minted',
    ],
    ['a reset once', { kind: 'reset', times: 1 }, 'minted'],
    [
      'an error that quotes the secret',
      {
        kind: 'response',
        status: 400,
        body: `{"error":"invalid_request","error_description":"${CANARY}"}`,
      },
      'upstream_invalid',
    ],
    [
      'invalid_scope',
      { kind: 'response', status: 400, body: '{"error":"invalid_scope"}' },
      'scope_refused',
    ],
    [
      'invalid_target',
      { kind: 'response', status: 400, body: '{"error":"invalid_target"}' },
      'target_refused',
    ],
    [
      'unauthorized_client',
      { kind: 'response', status: 400, body: '{"error":"unauthorized_client"}' },
      'credential_refused',
    ],
    [
      'a redirect',
      { kind: 'response', status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      'upstream_invalid',
    ],
  ];

  it.each(faults)('with %s', async (_what, fault, outcome) => {
    const credential = await newCredential();
    system.authorizationServer.faults.set('token', fault);
    const result = await request(credential).then(
      ({ source }) => source,
      ({ code }) => code,
    );
    expect(result).toBe(outcome);
  });
});

describe('a failing Secrets Manager', () => {
  it.each([
    'AccessDeniedException',
    'ThrottlingException',
    'DecryptionFailure',
    'InternalServiceError',
  ])('with %s', async (type) => {
    const credential = await newCredential();
    system.secretsManager.fault = new ServiceError(
      type,
      CANARY,
      type === 'InternalServiceError' ? 500 : 400,
    );
    await expect(request(credential)).rejects.toMatchObject({
      code: 'secrets_unavailable',
      status: 503,
    });
  });

  it('has no such secret, or one scheduled for deletion', async () => {
    await expect(request('checkout/never-was')).rejects.toMatchObject({
      code: 'credential_unknown',
    });
  });

  it('returns a binary secret', async () => {
    const name = await newCredential();
    const store = system.secretsManager.store;
    const secret = store.find(`token-vending/${name}`);
    if (secret === undefined) throw new Error('the credential was put a line above');
    await store.put({
      ...secret,
      versions: [{ id: 'b', binary: 'AAAA', stages: ['AWSCURRENT'], createdAt: 0 }],
    });
    await expect(request(name)).rejects.toMatchObject({
      code: 'credential_invalid',
      message: expect.stringMatching(/not binary/),
    });
  });
});
