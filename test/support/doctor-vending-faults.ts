import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { putDocument, readDocument } from '../../local/seed.ts';
import type { DoctorFault } from './doctor-fault.ts';
import type { DoctorSystem, Environment } from './doctor-system.ts';
import { refuseAll } from './doorway.ts';

async function putCredential(
  room: DoctorSystem,
  name: string,
  change: object,
): Promise<Environment> {
  const { store } = room.system.secretsManager;
  await putDocument(store, name, { ...readDocument(store, 'checkout/orders-api'), ...change });
  return {};
}

/** Lets the server issue a JWT without audience, signed with a key of its JWKS. */
async function issueWithoutAudience(room: DoctorSystem): Promise<Environment> {
  const { authorizationServer, secretsManager } = room.system;
  const client = { client_id: 'checkout-plain', client_secret: crypto.randomUUID() };
  authorizationServer.register({ ...client, token_endpoint_auth_method: 'client_secret_basic' });
  const { issuer, faults } = authorizationServer;
  await putDocument(secretsManager.store, 'checkout/plain-api', { issuer, ...client });
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'plain' })
    .setIssuer(issuer)
    .setExpirationTime('1h')
    .sign(privateKey);
  const key = { ...(await exportJWK(publicKey)), kid: 'plain', alg: 'ES256' };
  room.watchTokens((json) => ({ ...json, scope: '', access_token: token }));
  faults.set('jwks', {
    kind: 'rewrite',
    change: ({ keys }) => ({ keys: [...(keys as object[]), key] }),
  });
  return await room.forgetEverything();
}

/** Faults of the function and of what it uses, in the order of the checks. */
export const VENDING_FAULTS: readonly DoctorFault[] = [
  {
    name: 'caller',
    first: 'caller',
    remedy: /log and the alarms of the function/,
    seed: (room) =>
      room.endpointThat(refuseAll(502, { Message: 'Internal Server Error' }, 'Exception')),
  },
  {
    name: 'policy',
    first: 'policy',
    remedy: /add the scope to policies\/teams\.cedar/,
    line: 'checkout/orders-api --scope admin',
  },
  {
    name: 'credential-unknown',
    first: 'credential',
    remedy: /The operator creates it/,
    line: 'checkout/lost-api',
  },
  {
    name: 'credential-disabled',
    first: 'credential',
    remedy: /why it is disabled/,
    line: 'payments/frozen-api',
    caller: 'ci-payments',
  },
  {
    name: 'credential-invalid',
    first: 'credential',
    remedy: /correct the credential document/,
    line: 'checkout/broken-api',
    seed: (room) => putCredential(room, 'checkout/broken-api', { epoch: 'first', colour: 'green' }),
  },
  {
    name: 'issuer',
    first: 'issuer',
    remedy: /If this is the right server, set "issuer": "https:\/\/elsewhere.example.com"/,
    seed: async (room) => {
      room.system.authorizationServer.faults.set('metadata', {
        kind: 'rewrite',
        change: (json) => ({ ...json, issuer: 'https://elsewhere.example.com' }),
      });
      return await room.forgetEverything();
    },
  },
  {
    name: 'issuer-down',
    first: 'issuer',
    remedy: /whether the function can reach it/,
    seed: async (room) => {
      room.system.authorizationServer.faults.set('metadata', { kind: 'response', status: 503 });
      return await room.forgetEverything();
    },
  },
  {
    name: 'client',
    first: 'client',
    remedy: /"token_endpoint_auth_method": "client_secret_post"/,
    line: 'inventory/stale-api',
    caller: 'ci-inventory',
    seed: (room) => room.forgetEverything(),
  },
  {
    name: 'audience-refused',
    first: 'token_request',
    remedy: /audience, scope, resource and token_parameters of the credential document/,
    seed: async (room) => {
      const body = JSON.stringify({ error: 'invalid_request' });
      room.system.authorizationServer.faults.set('token', { kind: 'response', status: 400, body });
      return await room.forgetEverything();
    },
  },
  {
    name: 'token-endpoint-down',
    first: 'token_request',
    remedy: /whether the function can reach it/,
    seed: async (room) => {
      room.system.authorizationServer.faults.set('token', { kind: 'response', status: 503 });
      return await room.forgetEverything();
    },
  },
  {
    name: 'keys',
    first: 'keys',
    remedy: /whether the function can reach it/,
    seed: async (room) => {
      room.system.authorizationServer.faults.set('jwks', { kind: 'response', status: 503 });
      return await room.forgetEverything();
    },
  },
  {
    name: 'token',
    first: 'token',
    remedy: /compare the named member/,
    seed: async (room) => {
      room.watchTokens((json) => ({ ...json, token_type: 'mac' }));
      return await room.forgetEverything();
    },
  },
  {
    name: 'token-scope',
    first: 'token',
    remedy: /a listed scope: orders:read orders:write/,
    line: 'checkout/orders-api --scope reports:read',
  },
  {
    name: 'audience',
    first: 'audience',
    remedy: /set audience in the credential document/,
    line: 'checkout/plain-api',
    seed: issueWithoutAudience,
  },
  {
    name: 'lifetime',
    first: 'lifetime',
    remedy: /min_ttl/,
    line: 'checkout/orders-api --min-ttl 2h',
    seed: (room) => room.forgetEverything(),
  },
];
