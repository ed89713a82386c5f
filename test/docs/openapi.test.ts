import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { errorTable } from '../../lib/errors/error-table.ts';
import { registryRoutes } from '../../lib/registry/routes.ts';
import { routes } from '../../lib/vending/routes.ts';
import { FakeWorld, formRequest, request } from '../support/fake-ports.ts';
import { PATH, RegistryWorld } from '../support/registry-world.ts';

const openapi = parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8'));
const apiPage = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const ajv = new Ajv2020({ strict: false, allErrors: true });

beforeAll(() => {
  (addFormats as unknown as (instance: Ajv2020) => void)(ajv);
  ajv.addSchema(openapi, 'openapi');
});

function mistakesIn(schema: string, json: unknown): unknown {
  const validate = ajv.getSchema(`openapi#/components/schemas/${schema}`);
  return validate?.(json) ? [] : validate?.errors;
}

describe('OpenAPI document', () => {
  it('has the routes and methods of the handler, and no others', () => {
    const documented = Object.entries(openapi.paths).map(([path, item]) => [
      path,
      Object.keys(item as object).filter((key) => key !== 'servers' && key !== 'parameters'),
    ]);
    const served = Object.entries(routes).map(([path, { method }]) => [
      path,
      [method.toLowerCase()],
    ]);
    const registered = Object.entries(registryRoutes).map(([path, methods]) => [
      path,
      Object.keys(methods).map((method) => method.toLowerCase()),
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries([...served, ...registered]));
  });

  it.each([
    ['/oauth2/token', openapi.paths['/oauth2/token'].post.requestBody],
    ['/oauth2/introspect', openapi.components.requestBodies.AboutToken],
    ['/oauth2/revoke', openapi.components.requestBodies.AboutToken],
  ])('names just the parameters that %s takes', async (path, body) => {
    const { properties } = body.content['application/x-www-form-urlencoded'].schema;
    const refusal = async (name: string) =>
      (await new FakeWorld().serve(formRequest(path, `${name}=x&${name}=y`))).json[
        'error_description'
      ];
    for (const name of Object.keys(properties))
      expect(await refusal(name)).not.toMatch(/is not a parameter/);
    expect(await refusal('undocumented')).toBe('undocumented is not a parameter of this route.');
    const repeatable = Object.keys(properties).filter((name) => properties[name].type === 'array');
    for (const name of Object.keys(properties)) {
      const once = /must not be repeated/.test(String(await refusal(name)));
      expect([name, once]).toEqual([name, !repeatable.includes(name)]);
    }
  });

  it('describes the answers of the handler', async () => {
    const world = new FakeWorld();
    const { json: token } = await world.vend();
    expect(mistakesIn('VendedToken', token)).toEqual([]);
    expect(
      mistakesIn('CredentialList', (await world.serve(request({ path: '/credentials' }))).json),
    ).toEqual([]);
    expect(mistakesIn('CallerIdentity', (await world.serve(request())).json)).toEqual([]);
    expect(
      mistakesIn(
        'Metadata',
        (await world.serve(request({ path: '/.well-known/oauth-authorization-server' }))).json,
      ),
    ).toEqual([]);
    expect(mistakesIn('ErrorResponse', (await world.serve(request({ path: '/x' }))).json)).toEqual(
      [],
    );
    const question = {
      subject: { type: 'Role', id: 'arn:aws:iam::111122223333:role/ci', properties: {} },
      action: { name: 'vendToken' },
      resource: { type: 'Credential', id: 'checkout/orders-api' },
      context: { scope: 'a', audience: ['b'], min_ttl: 5, time: '2026-01-31T12:00:00Z' },
    };
    expect(mistakesIn('EvaluationRequest', question)).toEqual([]);
    const evaluation = request({
      method: 'POST',
      path: '/access/v1/evaluation',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    expect(mistakesIn('EvaluationResponse', (await world.serve(evaluation)).json)).toEqual([]);
    const form = { client_id: 'checkout/orders-api', token: String(token['access_token']) };
    const revoked = await world.serve(formRequest('/oauth2/revoke', form));
    expect(mistakesIn('RevocationResponse', revoked.json)).toEqual([]);
    const introspected = await world.serve(formRequest('/oauth2/introspect', form));
    expect(introspected.json).toEqual({ active: false });
    expect(mistakesIn('IntrospectionResponse', introspected.json)).toEqual([]);
  });

  it('describes the responses of the registry', async () => {
    const world = new RegistryWorld();
    const { json: registered } = await world.register();
    expect(mistakesIn('RegisteredCredential', registered)).toEqual([]);
    expect(mistakesIn('ChangedCredential', registered)).toEqual([]);
    const { json: described } = await world.send('GET', PATH);
    expect(mistakesIn('RegisteredCredential', described)).toEqual([]);
    const { json: tested } = await world.send('POST', `${PATH}/test`);
    expect(mistakesIn('TestedCredential', tested)).toEqual([]);
    world.server.token = new TypeError('bug');
    const { json: failed } = await world.send('POST', `${PATH}/test`);
    const change = { body: { scope: 'orders:read' }, headers: { 'if-match': '*' } };
    const { json: unstored } = await world.send('PATCH', PATH, change);
    expect(unstored).toHaveProperty('failed_stage');
    expect(mistakesIn('ErrorResponse', unstored)).toEqual([]);
    expect(mistakesIn('TestedCredential', failed)).toEqual([]);
    const headers = { 'if-match': '*' };
    const { json: deleted } = await world.send('DELETE', PATH, { headers });
    expect(mistakesIn('ChangedCredential', deleted)).toEqual([]);
    const { json: refused } = await world.send('DELETE', PATH, { headers });
    expect(mistakesIn('ErrorResponse', refused)).toEqual([]);
  });

  it('notices an answer that it does not describe', () => {
    expect(mistakesIn('ErrorResponse', { code: 'x' })).not.toEqual([]);
    expect(mistakesIn('VendedToken', { access_token: 1 })).not.toEqual([]);
  });

  it('has every OAuth error', () => {
    const errors = new Set(Object.values(errorTable).map(({ error }) => error));
    expect(new Set(openapi.components.schemas.ErrorResponse.properties.error.enum)).toEqual(errors);
  });
});

describe('docs/api.md', () => {
  it('has each code with its status and OAuth error', () => {
    for (const [code, { status, error }] of Object.entries(errorTable)) {
      const row = apiPage
        .split('\n')
        .find((line) => line.includes(`\`${code}\``) && /\| +\d{3} \|/.test(line));
      const cells = row?.split('|').map((cell) => cell.trim());
      expect([code, cells?.[2], cells?.[3]]).toEqual([code, String(status), `\`${error}\``]);
    }
  });
});
