import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { testedCredentialSchema } from '../../../lib/http/registry-wire.ts';
import {
  DOCUMENT,
  ISSUER,
  METADATA,
  SECRET_CANARY,
  TOKEN_CANARY,
} from '../../support/fake-ports.ts';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

const TEST = `${PATH}/test`;

describe('the test of a credential', () => {
  it('obtains a token with the current document, and returns what it is', async () => {
    const world = new RegistryWorld();
    const { json: before } = await world.register();
    const { status, json, body } = await world.send('POST', TEST);
    expect(status).toBe(200);
    expect(json).toEqual({
      credential: 'checkout/orders-api',
      version_id: before['version_id'],
      issuer: DOCUMENT.issuer,
      token_endpoint_auth_method: 'client_secret_basic',
      passed: true,
      stages: {
        metadata: {
          found_at: [`${ISSUER}/.well-known/openid-configuration`],
          issuer: ISSUER,
          token_endpoint: METADATA.token_endpoint,
          jwks_uri: METADATA.jwks_uri,
          revocation_endpoint: METADATA.revocation_endpoint,
        },
        request: {
          endpoint: METADATA.token_endpoint,
          token_endpoint_auth_method: 'client_secret_basic',
          grant_type: 'client_credentials',
          parameters: {
            scope: ['orders:read'],
            audience: ['https://orders.example.com'],
            resource: ['https://api.example.com/orders'],
          },
        },
        response: { status: 200, members: {} },
      },
      token: {
        expires_in: 3600,
        scope: 'orders:read',
        implicit_scope: '',
        audience: [],
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      revocation: 'revoked',
    });
    expect(v.safeParse(testedCredentialSchema, json).issues).toBeUndefined();
    expect(body).not.toContain(TOKEN_CANARY);
    expect(world.audit.events.at(-1)).toMatchObject({
      access: { action: 'testCredential' },
      registration: { operation: 'test', tested: true, members: [] },
    });
  });

  it('that fails is a response with the stages, the error and possible changes, and a record', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.server.token = new VendError('credential_refused', {
      says: `The server refused ${SECRET_CANARY}.`,
      advice: 'Set "client_assertion_audience": "token_endpoint".',
    });
    const { status, json, body } = await world.send('POST', TEST);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      passed: false,
      stages: { metadata: { issuer: ISSUER }, request: { grant_type: 'client_credentials' } },
      failed_stage: 'request',
      error: {
        code: 'credential_refused',
        message: 'The server refused (secret).',
        advice: 'Set "client_assertion_audience": "token_endpoint".',
        suggestions: { client_assertion_audience: 'token_endpoint' },
      },
    });
    expect(v.safeParse(testedCredentialSchema, json).issues).toBeUndefined();
    expect(body).not.toContain(SECRET_CANARY);
    expect(world.audit.kinds).toEqual(['mint-intent', 'upstream-failure', 'registration']);
    expect(world.audit.events.at(-1)).toMatchObject({ registration: { tested: false } });
  });

  it('of a patch stores nothing, and needs the permission to change the credential', async () => {
    const world = new RegistryWorld();
    await world.register();
    const body = { scope: 'orders:read', client_secret: 'canary-proposed-7a11' };
    const { json } = await world.send('POST', TEST, { body });
    expect(json).toMatchObject({ passed: true });
    expect(json).not.toHaveProperty('version_id');
    expect(world.stored()).toEqual(DOCUMENT);
    expect(world.audit.events.at(-1)).toMatchObject({
      registration: { members: ['client_secret', 'scope'] },
    });
    expect(JSON.stringify(world.audit.events)).not.toContain('canary-proposed');
    world.policy.allowed = new Set(['testCredential checkout/orders-api']);
    expect((await world.send('POST', TEST, { body })).json['code']).toBe('policy_denied');
    expect((await world.send('POST', TEST)).json['passed']).toBe(true);
  });

  it('sends the stored secret to no other server', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.server.tokenRequests = 0;
    const body = { issuer: 'https://other.example.com' };
    const { json } = await world.send('POST', TEST, { body });
    expect(json['error_description']).toMatch(/^client_secret must be sent too/);
    expect(json['error_description']).not.toContain(SECRET_CANARY);
    expect(world.server.tokenRequests).toBe(0);
  });

  it('is no result if it cannot be recorded, or if the budget is exhausted', async () => {
    const world = new RegistryWorld({ budgets: { mints: 1, unknownNames: 9 } });
    await world.register();
    expect((await world.send('POST', TEST)).json['code']).toBe('budget_exhausted');
    const other = new RegistryWorld();
    await other.register();
    other.audit.failing.add('mint');
    expect((await other.send('POST', TEST)).json['code']).toBe('audit_unavailable');
  });
});
