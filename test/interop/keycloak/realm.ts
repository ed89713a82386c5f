import { randomBytes } from 'node:crypto';
import type { ClientAdministration, ClientRegistration, RunningServer } from '../server.ts';
import type { KeycloakAdmin } from './admin.ts';
import { generatedKey } from './generated-key.ts';

const AUTHENTICATORS = {
  client_secret_basic: 'client-secret',
  client_secret_post: 'client-secret',
  client_secret_jwt: 'client-secret-jwt',
  private_key_jwt: 'client-jwt',
  tls_client_auth: 'client-x509',
} as const;

type Clients = Pick<
  RunningServer,
  'issuer' | 'register' | 'setSecret' | 'disable' | 'rotation' | 'rotateSigningKey'
>;

/**
 * A realm with its own defaults and no clients of ours.
 *
 * @param url of the server for clients of this realm
 */
export async function openRealm(
  admin: KeycloakAdmin,
  realm: string,
  url: string,
): Promise<Clients> {
  const attributes = { frontendUrl: url };
  await admin.call('POST', '', { realm, enabled: true, sslRequired: 'none', attributes });
  const { id: realmId } = (await admin.call('GET', `/${realm}`)) as { id: string };
  const issuer = `${url}/realms/${realm}`;
  const trusted = new Map<string, string>();
  const scopes = new Set<string>();
  let keys = 0;

  const findId = async (clientId: string) => {
    const path = `/${realm}/clients?clientId=${encodeURIComponent(clientId)}`;
    const [found] = (await admin.call('GET', path)) as { id: string }[];
    if (found === undefined) throw new Error(`there is no client ${clientId}`);
    return found.id;
  };
  const change = async (clientId: string, members: Readonly<Record<string, unknown>>) => {
    const path = `/${realm}/clients/${await findId(clientId)}`;
    const client = (await admin.call('GET', path)) as Record<string, unknown>;
    await admin.call('PUT', path, { ...client, ...members });
  };
  const addScope = async (name: string) => {
    if (scopes.has(name)) return;
    scopes.add(name);
    await admin.call('POST', `/${realm}/client-scopes`, {
      name,
      protocol: 'openid-connect',
      attributes: { 'include.in.token.scope': 'true' },
    });
  };

  const trust = async (tokenIssuer: string) => {
    const known = trusted.get(tokenIssuer);
    if (known !== undefined) return known;
    const alias = `issuer-${trusted.size + 1}`;
    trusted.set(tokenIssuer, alias);
    await admin.call(
      'POST',
      `/${realm}/identity-provider/instances`,
      identityProvider(alias, tokenIssuer),
    );
    return alias;
  };

  let administration: Promise<ClientAdministration> | undefined;
  const addAdministrator = async () => {
    const [clientId, secret] = ['interop-admin', randomBytes(32).toString('hex')];
    const client = { id: clientId, method: 'client_secret_basic', secret } as const;
    await admin.call('POST', `/${realm}/clients`, representationOf(client));
    await permitClients(admin, realm, await findId(clientId), await findId('realm-management'));
    return { parameters: {}, admin: { issuer, client_id: clientId, client_secret: secret } };
  };

  return {
    issuer: () => issuer,
    async register(client) {
      const { webIdentity } = client;
      const alias = webIdentity && (await trust(webIdentity.issuer));
      for (const name of client.scope ?? []) await addScope(name);
      await admin.call('POST', `/${realm}/clients`, representationOf(client, alias));
      // A client that is created has the optional scopes of the realm, whatever its representation says.
      const id = await findId(client.id);
      const all = (await admin.call('GET', `/${realm}/client-scopes`)) as {
        id: string;
        name: string;
      }[];
      for (const scope of all.filter(({ name }) => client.scope?.includes(name)))
        await admin.call('PUT', `/${realm}/clients/${id}/optional-client-scopes/${scope.id}`, {});
      return {
        issuer,
        client_id: client.id,
        token_endpoint_auth_method: client.method,
        profile: 'keycloak',
        ...(client.scope === undefined ? {} : { scope: client.scope.join(' ') }),
        ...(client.audience === undefined ? {} : { audience: client.audience }),
      };
    },
    rotation: () => (administration ??= addAdministrator()),
    setSecret: (clientId, secret) => change(clientId, { secret }),
    disable: (clientId) => change(clientId, { enabled: false }),
    async rotateSigningKey(algorithm) {
      keys += 1;
      await admin.call('POST', `/${realm}/components`, generatedKey(realmId, algorithm, keys));
      await admin.call('PUT', `/${realm}`, { defaultSignatureAlgorithm: algorithm });
    },
  };
}

/** Gives the service account of a client the role to change clients. */
async function permitClients(
  admin: KeycloakAdmin,
  realm: string,
  id: string,
  management: string,
): Promise<void> {
  const clients = `/${realm}/clients`;
  const user = (await admin.call('GET', `${clients}/${id}/service-account-user`)) as { id: string };
  const role = await admin.call('GET', `${clients}/${management}/roles/manage-clients`);
  await admin.call('POST', `/${realm}/users/${user.id}/role-mappings/clients/${management}`, [
    role,
  ]);
}

/** @param alias of the identity provider for the assertions of another issuer */
function representationOf(
  client: ClientRegistration,
  alias?: string,
): Readonly<Record<string, unknown>> {
  const { id, method, secret, jwk, webIdentity, certificate, audience, lifetimeSeconds } = client;
  return {
    clientId: id,
    protocol: 'openid-connect',
    publicClient: false,
    standardFlowEnabled: false,
    serviceAccountsEnabled: true,
    clientAuthenticatorType: webIdentity === undefined ? AUTHENTICATORS[method] : 'federated-jwt',
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
      ...(webIdentity === undefined
        ? {}
        : { 'jwt.credential.issuer': alias, 'jwt.credential.sub': webIdentity.subject }),
      ...(certificate === undefined
        ? {}
        : {
            'x509.subjectdn': certificate.subject,
            'x509.allow.regex.pattern.comparison': 'false',
            'tls.client.certificate.bound.access.tokens': String(certificate.isTokenBound),
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

function identityProvider(alias: string, issuer: string): Readonly<Record<string, unknown>> {
  return {
    alias,
    providerId: 'oidc',
    enabled: true,
    config: {
      issuer,
      clientId: 'unused',
      clientSecret: 'unused',
      authorizationUrl: `${issuer}/unused`,
      tokenUrl: `${issuer}/unused`,
      useJwksUrl: 'true',
      jwksUrl: `${issuer}/.well-known/jwks.json`,
      validateSignature: 'true',
      supportsClientAssertions: 'true',
    },
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
