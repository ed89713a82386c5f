import { describe, expect, it } from '@jest/globals';
import type { HttpsRequest, HttpsResponse } from '../../../lib/http/https-transport.ts';
import { AdminServer } from '../../../lib/rotation/admin-server.ts';
import type { RecipeCall, RecipeRequest } from '../../../lib/rotation/recipe-schema.ts';

type Sent = Omit<HttpsRequest, 'signal'> & { readonly url: string };

function open(reply: Partial<HttpsResponse> = {}, server = 'https://admin.example.com/base/') {
  const sent: Sent[] = [];
  const admin = new AdminServer({
    server,
    urls: { allowLoopbackHttp: false },
    authorize: async (_, { headers }) => ({ ...headers, authorization: 'Bearer x' }),
    credentials: 'the admin credential',
    signal: new AbortController().signal,
    transport: async (url, { signal: _, ...request }) => {
      sent.push({ ...request, url: url.href });
      return { status: 200, headers: {}, body: '{"id":"one","n":5}', ...reply };
    },
  });
  return { admin, sent };
}

const request = (change: Partial<RecipeRequest> = {}): RecipeRequest => ({
  method: 'GET',
  path: '/clients/{client_id}?a={client_id}',
  headers: {},
  ...change,
});
const call = (change: Partial<RecipeCall> = {}): RecipeCall => ({
  request: request(),
  expect: {},
  read: {},
  read_if_present: {},
  ...change,
});
const variables = { client_id: '../a/b?c' };

describe('a request to an admin API', () => {
  it('continues the URL of the server, whatever the values', async () => {
    const { admin, sent } = open();
    await admin.get(request(), variables);
    expect(sent).toEqual([
      {
        method: 'GET',
        url: 'https://admin.example.com/base/clients/..%2Fa%2Fb%3Fc?a=..%2Fa%2Fb%3Fc',
        headers: { accept: 'application/json', authorization: 'Bearer x' },
        body: '',
      },
    ]);
  });

  it('goes to the URL of the server itself if the path is empty', async () => {
    const { admin, sent } = open({}, 'https://admin.example.com/register/1?v=2');
    await admin.get(request({ path: '' }), variables);
    expect(sent[0]?.url).toBe('https://admin.example.com/register/1?v=2');
  });

  it('has a body of JSON, of a form, or of what was looked up', async () => {
    const { admin, sent } = open();
    await admin.get(request({ method: 'POST', json: { id: '{client_id}' } }), variables);
    await admin.get(request({ method: 'POST', form: { id: '{client_id}' } }), variables);
    await admin.call(call(), variables);
    const from_lookup = { omit: ['n'], single: ['id'], set: { '/more/id': '{client_id}' } };
    await admin.get(request({ method: 'PUT', from_lookup }), variables);
    const bodies = sent.map(({ body, headers }) => [headers['content-type'], body]);
    expect(bodies).toEqual([
      ['application/json', '{"id":"../a/b?c"}'],
      ['application/x-www-form-urlencoded', 'id=..%2Fa%2Fb%3Fc'],
      [undefined, ''],
      ['application/json', '{"id":"one","more":{"id":"../a/b?c"}}'],
    ]);
  });

  it.each([
    ['["a"]', '"a"'],
    ['["a","b"]', '["a","b"]'],
    ['"a"', '"a"'],
  ])('sends the only item of a member that was looked up as a list: %s', async (read, sentAs) => {
    const { admin, sent } = open({ body: `{"method":${read},"other":["a"]}` });
    await admin.call(call(), variables);
    const from_lookup = { omit: [], single: ['method'], set: {} };
    await admin.get(request({ method: 'PUT', from_lookup }), variables);
    expect(sent[1]?.body).toBe(`{"method":${sentAs},"other":["a"]}`);
  });

  it('returns what the recipe reads', async () => {
    const { admin } = open();
    const read_if_present = { number: '/n', none: '/none' };
    expect(await admin.call(call({ read: { uuid: '/id' }, read_if_present }), {})).toEqual({
      uuid: 'one',
    });
  });

  it('stays at the host of the server', async () => {
    const { admin, sent } = open({}, 'https://admin.example.com');
    const leaving = request({ path: '@evil.example/' });
    await expect(admin.get(leaving, variables)).rejects.toThrow(
      'A request of the recipe leaves the host of the admin API.',
    );
    expect(sent).toEqual([]);
  });

  it.each(['.', '..'])('has no path that a value shortens: %s', async (client_id) => {
    const { admin, sent } = open();
    for (const path of ['/clients/{client_id}', '/{client_id}/keys', '/clients/{client_id}?a=b'])
      await expect(admin.get(request({ path }), { client_id })).rejects.toThrow(
        'A value in the path of the admin API is . or ..',
      );
    expect(sent).toEqual([]);
  });

  it.each(['http://admin.example.com', 'admin', 'https://a:b@admin.example.com'])(
    'is not made to %s',
    (server) => {
      expect(() => open({}, server)).toThrow(
        'The URL of the admin API in rotation.parameters of the credential document must be an https URL',
      );
    },
  );

  it.each<[reply: Partial<HttpsResponse>, change: Partial<RecipeCall>, text: RegExp]>([
    [{ status: 403, body: '{"secret":"canary"}' }, {}, /responded with an error \(status 403/],
    [{ status: 503 }, {}, /status 503/],
    [{}, { read: { secret: '/secret' } }, /cannot be used: it has no text at \/secret/],
    [{ body: 'canary' }, { read: { secret: '/id' } }, /it has no text at \/id/],
    [{}, { expect: { '/id': '{client_id}' } }, /\/id is not that of the client/],
    [{ headers: { 'x-amz-function-error': 'Unhandled' } }, {}, /function of the operator failed/],
  ])('has an error without what the server sent: %j', async (reply, change, text) => {
    const { admin } = open(reply);
    const error = await admin.call(call(change), variables).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(text) });
    expect(String(error)).not.toContain('canary');
  });

  it('advises to permit what authenticates it', async () => {
    for (const status of [401, 403])
      await expect(open({ status }).admin.get(request(), {})).rejects.toMatchObject({
        code: 'upstream_invalid',
        advice:
          'Check that the authorization server permits the admin credential to change this client.',
      });
  });

  it('may remove what is not there', async () => {
    await expect(open({ status: 404 }).admin.remove(request(), {})).resolves.toBeUndefined();
    await expect(open({ status: 400 }).admin.remove(request(), {})).rejects.toThrow('status 400');
  });
});
