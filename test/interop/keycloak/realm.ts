import { randomBytes } from 'node:crypto';
import type { ClientRegistration, RunningServer } from '../server.ts';
import type { KeycloakAdmin } from './admin.ts';
import { generatedKey } from './generated-key.ts';

const REALM = 'interop';
const AUTHENTICATORS = {
  client_secret_basic: 'client-secret',
  client_secret_post: 'client-secret',
  client_secret_jwt: 'client-secret-jwt',
  private_key_jwt: 'client-jwt',
} as const;

type Clients = Pick<
  RunningServer,
  'issuer' | 'register' | 'setSecret' | 'disable' | 'rotation' | 'rotateSigningKey'
>;

/** A realm with its own defaults and no clients of ours. */
export async function openRealm(admin: KeycloakAdmin, publicUrl: string): Promise<Clients> {
  await admin.call('POST', '', { realm: REALM, enabled: true, sslRequired: 'none' });
  const { id: realmId } = (await admin.call('GET', `/${REALM}`)) as { id: string };
  const issuer = `${publicUrl}/realms/${REALM}`;
  const scopes = new Set<string>();
  let keys = 0;

  const findId = async (clientId: string) => {
    const path = `/${REALM}/clients?clientId=${encodeURIComponent(clientId)}`;
    const [found] = (await admin.call('GET', path)) as { id: string }[];
    if (found === undefined) throw new Error(`there is no client ${clientId}`);
    return found.id;
  };
  const change = async (clientId: string, members: Readonly<Record<string, unknown>>) => {
    const path = `/${REALM}/clients/${await findId(clientId)}`;
    const client = (await admin.call('GET', path)) as Record<string, unknown>;
    await admin.call('PUT', path, { ...client, ...members });
  };
  const addScope = async (name: string) => {
    if (scopes.has(name)) return;
    scopes.add(name);
    await admin.call('POST', `/${REALM}/client-scopes`, {
      name,
      protocol: 'openid-connect',
      attributes: { 'include.in.token.scope': 'true' },
    });
  };

  return {
    issuer: () => issuer,
    async register(client) {
      for (const name of client.scope ?? []) await addScope(name);
      await admin.call('POST', `/${REALM}/clients`, representationOf(client));
      // A client that is created has the optional scopes of the realm, whatever its representation says.
      const id = await findId(client.id);
      const all = (await admin.call('GET', `/${REALM}/client-scopes`)) as {
        id: string;
        name: string;
      }[];
      for (const scope of all.filter(({ name }) => client.scope?.includes(name)))
        await admin.call('PUT', `/${REALM}/clients/${id}/optional-client-scopes/${scope.id}`, {});
      return {
        issuer,
        client_id: client.id,
        token_endpoint_auth_method: client.method,
        profile: 'keycloak',
        ...(client.scope === undefined ? {} : { scope: client.scope.join(' ') }),
        ...(client.audience === undefined ? {} : { audience: client.audience }),
      };
    },
    async rotation() {
      const [clientId, secret] = ['interop-admin', randomBytes(32).toString('hex')];
      const client = { id: clientId, method: 'client_secret_basic', secret } as const;
      await admin.call('POST', `/${REALM}/clients`, representationOf(client));
      await permitClients(admin, await findId(clientId), await findId('realm-management'));
      return { parameters: {}, admin: { issuer, client_id: clientId, client_secret: secret } };
    },
    setSecret: (clientId, secret) => change(clientId, { secret }),
    disable: (clientId) => change(clientId, { enabled: false }),
    async rotateSigningKey(algorithm) {
      keys += 1;
      await admin.call('POST', `/${REALM}/components`, generatedKey(realmId, algorithm, keys));
      await admin.call('PUT', `/${REALM}`, { defaultSignatureAlgorithm: algorithm });
    },
  };
}

/** Gives the service account of a client the role to change clients. */
async function permitClients(admin: KeycloakAdmin, id: string, management: string): Promise<void> {
  const clients = `/${REALM}/clients`;
  const user = (await admin.call('GET', `${clients}/${id}/service-account-user`)) as { id: string };
  const role = await admin.call('GET', `${clients}/${management}/roles/manage-clients`);
  await admin.call('POST', `/${REALM}/users/${user.id}/role-mappings/clients/${management}`, [
    role,
  ]);
}

function representationOf(client: ClientRegistration): Readonly<Record<string, unknown>> {
  const { id, method, secret, jwk, audience, lifetimeSeconds } = client;
  return {
    clientId: id,
    protocol: 'openid-connect',
    publicClient: false,
    standardFlowEnabled: false,
    serviceAccountsEnabled: true,
    clientAuthenticatorType: AUTHENTICATORS[method],
    ...(secret === undefined ? {} : { secret }),
    attributes: {
      ...(lifetimeSeconds === undefined
        ? {}
        : { 'access.token.lifespan': String(lifetimeSeconds) }),
      ...(jwk === undefined
        ? {}
        : {
            'use.jwks.string': 'true',
            'jwks.string': JSON.stringify({ keys: [jwk] }),
            'token.endpoint.auth.signing.alg': jwk['alg'],
          }),
    },
    protocolMappers: [
      // Keycloak introspects a token only for a client in its audience.
      audienceMapper('itself', { 'included.client.audience': id }),
      ...(audience === undefined
        ? []
        : [audienceMapper('audience', { 'included.custom.audience': audience })]),
    ],
  };
}

function audienceMapper(name: string, config: object): Readonly<Record<string, unknown>> {
  return {
    name,
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    config: { ...config, 'access.token.claim': 'true', 'introspection.token.claim': 'true' },
  };
}
