import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LOCAL_TENANT, type LocalIamApi, startIamApi } from '../../local/iam-api.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

let issuer: TokenIssuer;
let api: LocalIamApi;

beforeEach(async () => {
  issuer = await startTokenIssuer();
  api = await startIamApi({ port: 0, issuer: issuer.url });
});
afterEach(async () => {
  await api.close();
  await issuer.close();
});

interface Call {
  readonly method?: string;
  readonly token?: string | null;
  /** A string is sent unchanged. */
  readonly body?: unknown;
}

async function request(path: string, { method = 'GET', token, body }: Call = {}) {
  const bearer = token === undefined ? await issuer.issue() : token;
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
}

const at = (version: number, rest: string) => `/api/v${version}/tenants/${LOCAL_TENANT}/${rest}`;
const groups = at(1, 'groups');
const roles = at(2, 'groups/cashiers/roles');
const viewer = { roleId: 'iam.viewer', bindings: ['bu:001'] };

describe('the caller of the local IAM API', () => {
  it('needs a token: 401', async () => {
    expect((await request(groups, { token: null })).status).toBe(401);
  });

  it('needs a token that is not expired, of its audience, and valid: 401', async () => {
    const expired = await issuer.issue({ lifetime: -1 });
    const foreign = await issuer.issue({ audience: 'https://elsewhere.example' });
    for (const token of [expired, foreign, 'no.jwt.really']) {
      expect((await request(groups, { token })).status).toBe(401);
    }
  });

  it('needs a token that is not revoked: 401, while a new one is accepted', async () => {
    const token = await issuer.issue();
    expect((await request(groups, { token })).status).toBe(200);
    api.revokeTokens();
    expect((await request(groups, { token })).status).toBe(401);
    const other = await issuer.issue({ clientId: 'client-2' });
    expect((await request(groups, { token: other })).status).toBe(200);
  });

  it('needs the tenant of the path and of its client id: 403', async () => {
    const forbidden = { status: 403, json: { statusCode: 403, error: 'Forbidden' } };
    expect(await request('/api/v1/tenants/OTHERTENANT/groups')).toMatchObject(forbidden);
    const clientId = Buffer.from('sfw: demo@1.0\ntid: OTHERTENANT\n').toString('base64url');
    const token = await issuer.issue({ clientId });
    expect(await request(groups, { token })).toMatchObject(forbidden);
  });

  it('needs the permission of the route: 403', async () => {
    api.permissions.set('client-1', new Set(['iam.group.list']));
    expect((await request(groups)).status).toBe(200);
    expect((await request(`${groups}/cashiers`)).status).toBe(403);
  });
});

describe('routes of the local IAM API', () => {
  it.each([
    ['GET', '/api/v1/api/v1/roles'],
    ['GET', at(1, 'groups/cashiers/roles')],
    ['DELETE', at(2, 'groups/cashiers/roles/iam.viewer')],
  ])('are as few as those of the real one: %s %s is 403, never 404', async (method, path) => {
    expect((await request(path, { method })).status).toBe(403);
  });

  it('state the errors of the input as an array: 400', async () => {
    const name = 'x'.repeat(256);
    const result = await request(groups, { method: 'POST', body: { name, description: name } });
    expect(result).toEqual({
      status: 400,
      json: {
        statusCode: 400,
        message: [
          'name must be shorter than or equal to 255 characters',
          'description must be shorter than or equal to 255 characters',
        ],
        error: 'Bad Request',
      },
    });
  });

  it.each(['{oops', '[]', '7', 'null', '"text"'])(
    'reject the body %s with an array too, and go on serving: 400',
    async (body) => {
      const { status, json } = await request(groups, { method: 'POST', body });
      expect([status, json.message]).toEqual([400, [expect.stringContaining('body')]]);
      expect((await request(groups)).status).toBe(200);
    },
  );

  it('reject a path with invalid escapes, and go on serving: 400', async () => {
    const { status, json } = await request(`${groups}/%E0%A4%A`);
    expect([status, json.message]).toEqual([400, [expect.stringContaining('path')]]);
    expect((await request(groups)).status).toBe(200);
  });

  it('survive a request that ends within its body', async () => {
    const { hostname, port } = new URL(api.url);
    const socket = net.connect(Number(port), hostname);
    const token = await issuer.issue();
    socket.write(
      `POST ${groups} HTTP/1.1\r\nhost: local\r\nauthorization: Bearer ${token}\r\ncontent-length: 99\r\n\r\n{`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.resetAndDestroy();
    expect((await request(groups)).status).toBe(200);
  });

  it('fail alone on unexpected input: 500', async () => {
    const body = { id: 'custom.x', permissions: [null] };
    const result = await request(at(1, 'roles'), { method: 'POST', body });
    const json = { statusCode: 500, message: 'Internal Server Error' };
    expect(result).toEqual({ status: 500, json });
    expect((await request(groups)).status).toBe(200);
  });

  it('list by limit and offset, at most 1,000 at a time', async () => {
    const all = api.tenants.get(LOCAL_TENANT)?.groups;
    for (let at = 0; at < 1_004; at += 1) {
      const id = `g${String(at).padStart(4, '0')}`;
      all?.put(id, { id, name: id, busyUntil: 0, busy: 'Creating' });
    }
    const idsOf = async (query: string) =>
      ((await request(`${groups}${query}`)).json as { id: string }[]).map(({ id }) => id);
    expect(await idsOf('')).toHaveLength(1_000);
    expect(await idsOf('?limit=5000&offset=1000')).toHaveLength(5);
    expect(await idsOf('?limit=2&offset=1')).toEqual(['g0000', 'g0001']);
  });
});

describe('role bindings of the local IAM API', () => {
  it('are assigned with 200 and no body, and listed', async () => {
    expect(await request(roles, { method: 'POST', body: viewer })).toEqual({ status: 200 });
    expect((await request(roles)).json).toEqual([{ ...viewer, isCustom: false }]);
  });

  it('are assigned with 200 and not stored if the role does not exist, or the API is told to drop writes', async () => {
    const unknown = { ...viewer, roleId: 'iam.no-such-role' };
    expect((await request(roles, { method: 'POST', body: unknown })).status).toBe(200);
    api.quirks.forgetWrites = true;
    expect((await request(roles, { method: 'POST', body: viewer })).status).toBe(200);
    expect((await request(roles)).json).toEqual([]);
  });

  it('are not assigned twice: 409', async () => {
    await request(roles, { method: 'POST', body: viewer });
    expect(await request(roles, { method: 'POST', body: viewer })).toMatchObject({
      status: 409,
      json: { statusCode: 409, message: 'Role already assigned', error: 'Conflict' },
    });
  });

  it('are of predefined roles unless isCustom says otherwise: 404', async () => {
    const custom = { roleId: 'custom.approver', isCustom: true, bindings: ['bu:001'] };
    await request(roles, { method: 'POST', body: custom });
    const path = at(1, 'groups/cashiers/roles/custom.approver');
    expect((await request(path, { method: 'DELETE' })).status).toBe(404);
    expect((await request(`${path}?isCustom=true`, { method: 'DELETE' })).status).toBe(204);
  });
});
