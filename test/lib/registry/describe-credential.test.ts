import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { registeredCredentialSchema } from '../../../lib/http/registry-wire.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { NAME, PATH, RegistryWorld, ROTATE } from '../../support/registry-world.ts';
import { ecKeyPair } from '../../support/signing-keys.ts';

const { signal } = new AbortController();

describe('the description of a credential', () => {
  it('has its public members, versions and rotation, and leaves a record', async () => {
    const world = new RegistryWorld();
    const { headers } = await world.register();
    const pending = '22222222-2222-4222-8222-222222222222';
    const rotation = { functionArn: ROTATE, schedule: 'rate(30 days)', versionId: pending };
    await world.secrets.rotate(NAME, { ...rotation, immediately: true }, { signal });
    const { status, json, body, ...described } = await world.send('GET', PATH);
    const { client_secret: _, ...publicMembers } = DOCUMENT;
    expect([status, described.headers['etag']]).toEqual([200, headers['etag']]);
    expect(json).toMatchObject({
      document: publicMembers,
      secret_members: ['client_secret'],
      versions: [{ stages: ['AWSCURRENT'] }, { version_id: pending, stages: ['AWSPENDING'] }],
      rotation: { enabled: true, schedule: 'rate(30 days)', pending_version_id: pending },
    });
    expect(body).not.toContain(SECRET_CANARY);
    expect(world.audit.events).toMatchObject([
      { kind: 'listing', listed: 1, access: { action: 'describeCredential' } },
    ]);
  });

  it('has the public keys of a client that signs, and no private one', async () => {
    const world = new RegistryWorld();
    const { privateJwk, publicKey } = ecKeyPair('P-256');
    const { client_secret: _, ...publicMembers } = DOCUMENT;
    const method = { token_endpoint_auth_method: 'private_key_jwt' };
    const private_key_jwk = { ...privateJwk, kid: 'key-1' };
    await world.register({ ...publicMembers, ...method, private_key_jwk });
    const { json, body } = await world.send('GET', PATH);
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'ES256' };
    expect(json).toMatchObject({ jwks: { keys: [key] }, secret_members: ['private_key_jwk'] });
    expect(v.safeParse(registeredCredentialSchema, json).issues).toBeUndefined();
    expect(body).not.toContain(privateJwk.d);
  });

  it('says that a document is invalid, and hides what looks like a secret in it', async () => {
    const world = new RegistryWorld();
    const text = JSON.stringify({ client_id: 'eyJhbGciOiJub25lIn0.e30.x', scope: 'a' });
    await world.secrets.create({ name: NAME, text }, { signal });
    const { json } = await world.send('GET', PATH);
    expect(json).toMatchObject({ status: 'invalid', document: { scope: 'a' }, secret_members: [] });
    expect(json['document']).not.toHaveProperty('client_id');
    expect(json).not.toHaveProperty('epoch');
  });

  it('is for whoever may describe it only', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.policy.allowed = new Set(['registerCredential checkout/orders-api']);
    const denied = await world.send('GET', PATH);
    const unknown = await world.send('GET', '/credentials/checkout/nothing');
    expect([denied.status, denied.json['code']]).toEqual([403, 'policy_denied']);
    expect(denied.body).toBe(unknown.body);
    expect(world.secrets.calls).not.toContain('GetSecretValue');
  });

  it('takes no parameters', async () => {
    const { json } = await new RegistryWorld().send('GET', PATH, { query: 'x=1' });
    expect(json['code']).toBe('request_malformed');
  });
});
