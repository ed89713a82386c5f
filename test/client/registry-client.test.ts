import { describe, expect, it } from '@jest/globals';
import { RegistryClient } from '../../client/registry-client.ts';
import type { TokenClientOptions } from '../../client/token-client-options.ts';
import type { HttpsRequest, HttpsResponse } from '../../lib/http/https-transport.ts';

const REGISTRY = 'https://reg.lambda-url.eu-north-1.on.aws';
const CHANGED = { credential: 'checkout/orders-api', version_id: 'v2' };
const json = (status: number, body: object): HttpsResponse => ({
  status,
  headers: {},
  body: JSON.stringify(body),
});
const failure = (status: number, code: string) =>
  json(status, { error: 'e', error_description: code, code, request_id: 'r', advice: 'a' });
const metadata = (registry: string | undefined) =>
  json(200, { issuer: 'https://i', token_endpoint: 'https://t', registry_endpoint: registry });

/** A registry that responds from a list, and then always with the last response. */
function open(responses: readonly HttpsResponse[], options: Partial<TokenClientOptions> = {}) {
  const sent: (HttpsRequest & { readonly url: string })[] = [];
  const registry = new RegistryClient({
    endpoint: 'https://abc.lambda-url.eu-north-1.on.aws/',
    credentials: async () => ({ accessKeyId: 'LOCALKEY', secretAccessKey: 'fake' }),
    transport: async (url, request) => {
      sent.push({ ...request, url: url.href });
      return responses[Math.min(sent.length, responses.length) - 1] as HttpsResponse;
    },
    ...options,
  });
  return { registry, sent };
}

describe('a client of the registry', () => {
  it('finds the registry in the metadata of the endpoint, once', async () => {
    const { registry, sent } = open([metadata(REGISTRY), json(200, CHANGED)]);
    await registry.restore('checkout/orders-api');
    await registry.rotate('checkout/orders-api');
    expect(sent.map(({ url }) => url)).toEqual([
      'https://abc.lambda-url.eu-north-1.on.aws/.well-known/oauth-authorization-server',
      `${REGISTRY}/credentials/checkout/orders-api/restore`,
      `${REGISTRY}/credentials/checkout/orders-api/rotate`,
    ]);
  });

  it('says if the deployment has no registry', async () => {
    const { registry } = open([metadata(undefined)]);
    await expect(registry.describe('checkout/orders-api')).rejects.toMatchObject({
      code: 'registry_absent',
    });
  });

  it('asks for the metadata again after an error', async () => {
    const { registry } = open([
      failure(403, 'policy_denied'),
      metadata(REGISTRY),
      json(200, CHANGED),
    ]);
    await expect(registry.restore('a/b')).rejects.toMatchObject({ code: 'policy_denied' });
    await expect(registry.restore('a/b')).resolves.toEqual(CHANGED);
  });

  it('sends nothing to a registry on this machine if the endpoint is elsewhere', async () => {
    const { registry, sent } = open([metadata('http://127.0.0.1:8080')]);
    await expect(registry.put('a/b', {})).rejects.toMatchObject({ code: 'answer_invalid' });
    expect(sent).toHaveLength(1);
  });

  it('names the version that a change is based on', async () => {
    const { registry, sent } = open([metadata(REGISTRY), json(200, CHANGED)]);
    const patch = { status: 'disabled' };
    await registry.patch('a/b', patch, { version: 'v1' });
    await registry.patch('a/b', patch, { version: 'any' });
    await registry.put('a/b', patch, { version: 'none', test: false });
    await registry.put('a/b', patch);
    expect(
      sent.slice(1).map(({ method, url, headers }) => ({
        request: `${method} ${url.slice(REGISTRY.length)}`,
        type: headers['content-type'],
        match: headers['if-match'],
        none: headers['if-none-match'],
      })),
    ).toEqual([
      { request: 'PATCH /credentials/a/b', type: 'application/merge-patch+json', match: '"v1"' },
      { request: 'PATCH /credentials/a/b', type: 'application/merge-patch+json', match: '*' },
      { request: 'PUT /credentials/a/b?test=skip', type: 'application/json', none: '*' },
      { request: 'PUT /credentials/a/b', type: 'application/json' },
    ]);
    expect(sent[1]?.body).toBe('{"status":"disabled"}');
  });

  it('deletes with a recovery window', async () => {
    const { registry, sent } = open([metadata(REGISTRY), json(200, CHANGED)]);
    await registry.delete('a/b', { recoveryDays: 7, version: 'any' });
    await registry.delete('a/b');
    expect(sent.slice(1).map(({ url }) => url.slice(REGISTRY.length))).toEqual([
      '/credentials/a/b?recovery_days=7',
      '/credentials/a/b',
    ]);
  });

  it('tests the current document, or a proposed one', async () => {
    const tested = {
      credential: 'a/b',
      passed: true,
      issuer: 'https://i',
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const { registry, sent } = open([metadata(REGISTRY), json(200, tested)]);
    expect(await registry.test('a/b')).toMatchObject({ passed: true });
    await registry.test('a/b', { patch: { scope: 'x' } });
    expect(sent.slice(1).map(({ body }) => body)).toEqual(['', '{"scope":"x"}']);
  });

  it('accepts 201 and 202', async () => {
    const { registry } = open([metadata(REGISTRY), json(201, CHANGED), json(202, CHANGED)]);
    await expect(registry.put('a/b', {}, { version: 'none' })).resolves.toEqual(CHANGED);
    await expect(registry.rotate('a/b')).resolves.toEqual(CHANGED);
  });

  it('says that a conflict after a lost response may be with its own change', async () => {
    const lost = { ...failure(503, 'secrets_unavailable'), headers: { 'retry-after': '0' } };
    const { registry } = open([metadata(REGISTRY), lost, failure(412, 'version_conflict')]);
    await expect(registry.patch('a/b', {}, { version: 'v1' })).rejects.toMatchObject({
      code: 'version_conflict',
      message: expect.stringContaining('The change may be your own'),
    });
  });

  it('refuses a name that is no credential before it sends anything', async () => {
    const { registry, sent } = open([metadata(REGISTRY)]);
    for (const name of ['a', 'a/b/c', '../b', 'a/..', 'A/b', 'a/b?test=skip'])
      await expect(registry.describe(name)).rejects.toMatchObject({ code: 'request_malformed' });
    expect(sent).toEqual([]);
  });

  it('ends with its caller, and not with the caller that asked for the metadata', async () => {
    const first = new AbortController();
    const held = Promise.withResolvers<HttpsResponse>();
    const { registry } = open([], {
      transport: async (url) =>
        url.pathname.startsWith('/.well-known') ? await held.promise : json(200, CHANGED),
    });
    const leaving = registry.rotate('a/b', first.signal);
    const staying = registry.rotate('a/b');
    first.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    held.resolve(metadata(REGISTRY));
    await expect(staying).resolves.toEqual(CHANGED);
  });
});
