import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretJwt,
  ClientSecretPost,
  Configuration,
  clientCredentialsGrant,
  customFetch,
  PrivateKeyJwt,
  tokenRevocation,
} from 'openid-client';
import type { CredentialDocument } from '../credential/document.ts';
import type { PrivateKeyJwk } from '../credential/private-key-jwk.ts';
import { VendError } from '../errors/vend-error.ts';
import type { HttpsResponse, HttpsTransport } from '../http/https-transport.ts';
import type {
  AuthorizationServer,
  GrantRequest,
  ServerCall,
  TokenResponse,
} from './authorization-server.ts';
import { importSigningKey } from './jose.ts';
import { findOAuthError, readErrorOf, upstreamErrorOf } from './upstream-error.ts';
import { openUpstreamTransport } from './upstream-transport.ts';

/**
 * The authorization server through openid-client, over our own transport instead of the global
 * fetch.
 */
export function openOpenidClient(connect: HttpsTransport): AuthorizationServer {
  const transport = openUpstreamTransport(connect);
  return {
    readMetadata: (url, signal) => readMetadata(transport, url, signal),
    requestToken: async (call, grant) =>
      await converse(transport, call, async (configuration) =>
        toTokenResponse(await clientCredentialsGrant(configuration, toParameters(grant))),
      ),
    revokeToken: async (call, token) => await revoke(transport, call, token),
  };
}

async function revoke(
  transport: HttpsTransport,
  call: ServerCall,
  token: string,
): Promise<'revoked' | 'unsupported'> {
  const request = async (configuration: Configuration) => {
    await tokenRevocation(configuration, token);
    return 'revoked' as const;
  };
  return await converse(transport, call, request, ({ body }) =>
    findOAuthError(body) === 'unsupported_token_type' ? 'unsupported' : undefined,
  );
}

async function readMetadata(
  transport: HttpsTransport,
  url: URL,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await transport(url, {
    method: 'GET',
    headers: { accept: 'application/json' },
    signal,
  });
  if ([400, 401, 403, 404, 405, 410].includes(response.status)) return undefined;
  if (response.status !== 200) throw readErrorOf(response);
  try {
    const json: unknown = JSON.parse(response.body);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // The message of the parser quotes the text, so it is dropped.
  }
  throw new VendError('upstream_invalid', {
    says: 'The metadata of the authorization server is invalid: it must be a JSON object.',
  });
}

/** Makes one request with openid-client, and translates its errors by the response. */
async function converse<T>(
  transport: HttpsTransport,
  call: ServerCall,
  request: (configuration: Configuration) => Promise<T>,
  accept: (response: HttpsResponse) => T | undefined = () => undefined,
): Promise<T> {
  let response: HttpsResponse | undefined;
  const configuration = await configure(call);
  configuration[customFetch] = async (url, { method, headers, body }) => {
    response = await transport(new URL(url), {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: String(body),
      signal: call.signal,
    });
    return new Response(response.body === '' ? null : response.body, {
      status: response.status,
      headers: response.headers,
    });
  };
  try {
    return await request(configuration);
  } catch (error) {
    const accepted = response && accept(response);
    if (accepted !== undefined) return accepted;
    throw translate(error, response);
  }
}

async function configure({ metadata, document }: ServerCall): Promise<Configuration> {
  const { issuer, tokenEndpoint, revocationEndpoint } = metadata;
  const server = {
    issuer,
    token_endpoint: tokenEndpoint,
    ...(revocationEndpoint === undefined ? {} : { revocation_endpoint: revocationEndpoint }),
  };
  const configuration = new Configuration(
    server,
    document.clientId,
    undefined,
    await authenticate(document),
  );
  // Only the local system allows http URLs, and only to loopback.
  if (tokenEndpoint.startsWith('http:')) allowInsecureRequests(configuration);
  return configuration;
}

async function authenticate({ authentication }: CredentialDocument): Promise<ClientAuth> {
  switch (authentication.method) {
    case 'client_secret_basic':
      return ClientSecretBasic(authentication.clientSecret);
    case 'client_secret_post':
      return ClientSecretPost(authentication.clientSecret);
    case 'client_secret_jwt':
      return ClientSecretJwt(authentication.clientSecret);
    case 'private_key_jwt':
      return await signWith(authentication.privateKeyJwk);
  }
}

async function signWith(jwk: PrivateKeyJwk): Promise<ClientAuth> {
  const key = await importSigningKey(jwk);
  return PrivateKeyJwt(jwk.kid === undefined ? key : { key, kid: jwk.kid });
}

function toParameters({ scope, audience, resource }: GrantRequest): URLSearchParams {
  const parameters = new URLSearchParams();
  if (scope.length > 0) parameters.set('scope', scope.join(' '));
  for (const value of audience) parameters.append('audience', value);
  for (const value of resource) parameters.append('resource', value);
  return parameters;
}

function toTokenResponse({
  access_token,
  token_type,
  expires_in,
  scope,
}: TokenResponse): TokenResponse {
  return { access_token, token_type, expires_in, scope };
}

function translate(error: unknown, response: HttpsResponse | undefined): unknown {
  if (response === undefined)
    return error instanceof Error ? (findVendError(error) ?? error) : error;
  if (response.status !== 200) return upstreamErrorOf(response);
  return new VendError(isJsonObject(response.body) ? 'token_unacceptable' : 'upstream_invalid', {
    cause: error,
  });
}

// openid-client wraps what its fetch throws.
function findVendError(error: Error): VendError | undefined {
  if (error instanceof VendError) return error;
  return error.cause instanceof Error ? findVendError(error.cause) : undefined;
}

function isJsonObject(body: string): boolean {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json);
  } catch {
    return false;
  }
}
