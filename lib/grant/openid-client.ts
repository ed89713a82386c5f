import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretJwt,
  ClientSecretPost,
  Configuration,
  customFetch,
  genericGrantRequest,
  type ModifyAssertionOptions,
  modifyAssertion,
  PrivateKeyJwt,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client';
import type { ClientAuthentication } from '../credential/document.ts';
import { VendError } from '../errors/vend-error.ts';
import type { HttpsResponse, HttpsTransport } from '../http/https-transport.ts';
import { assertionAudience } from './assertion-audience.ts';
import { type AuthenticatedEndpoint, authenticationAt } from './authentication-method.ts';
import type {
  AuthorizationServer,
  GrantRequest,
  Revocation,
  ServerCall,
} from './authorization-server.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { importSigningKey } from './jose.ts';
import { findOAuthError } from './oauth-error.ts';
import { receivedResponse } from './received-response.ts';
import { type PresentedRequest, presentedErrorOf } from './token-error.ts';
import { tokenParameters } from './token-parameters.ts';
import { readTokenResponse } from './token-response.ts';
import { isErrorResponse, readIntrospection, readMetadataResponse } from './upstream-response.ts';
import { openUpstreamTransport } from './upstream-transport.ts';

/**
 * The authorization server through openid-client, over our own transport instead of the global
 * fetch. openid-client builds and authenticates the requests. The responses are read here, because
 * its own rules refuse forms that many servers use, and do not say which member they refuse.
 */
export function openOpenidClient(connect: HttpsTransport): AuthorizationServer {
  return {
    readMetadata: (url, signal) => readMetadata(connect, url, signal),
    requestToken: async (call, grant) =>
      await converse(connect, call, presentedAt(call, 'token', grant), {
        send: async (configuration) =>
          await genericGrantRequest(
            configuration,
            call.document.grantType,
            tokenParameters(call.document, grant),
          ),
        read: readTokenResponse,
        minimal: { access_token: '-', token_type: 'bearer' },
      }),
    revokeToken: async (call, token) =>
      await converse<Revocation>(connect, call, presentedAt(call, 'revocation'), {
        send: async (configuration) => await tokenRevocation(configuration, token),
        read: () => 'revoked',
        accept: ({ body }) =>
          findOAuthError(body) === 'unsupported_token_type' ? 'unsupported' : undefined,
        minimal: undefined,
      }),
    introspectToken: async (call, token) =>
      await converse(connect, call, presentedAt(call, 'introspection'), {
        send: async (configuration) => await tokenIntrospection(configuration, token),
        read: readIntrospection,
        minimal: { active: false },
      }),
  };
}

interface Conversation<T> {
  readonly send: (configuration: Configuration) => Promise<unknown>;
  readonly read: (url: URL, response: HttpsResponse) => T;
  /** The meaning of an error, if it is none. */
  readonly accept?: (response: HttpsResponse) => T | undefined;
  /** A response that openid-client accepts. */
  readonly minimal: object | undefined;
}

const JSON_HEADERS = { headers: { 'content-type': 'application/json' } };

async function converse<T>(
  connect: HttpsTransport,
  call: ServerCall,
  presented: PresentedRequest,
  { send, read, accept, minimal }: Conversation<T>,
): Promise<T> {
  const transport = openUpstreamTransport(connect, presented.request);
  const configuration = await configure(presented);
  const results: T[] = [];
  configuration[customFetch] = async (_url, { headers: { 'user-agent': _, ...headers }, body }) => {
    const response = await transport(presented.url, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json' },
      body: String(body),
      signal: call.signal,
    });
    call.received?.(receivedResponse(response));
    const accepted = accept?.(response);
    if (accepted === undefined && isErrorResponse(response))
      throw presentedErrorOf(presented, response);
    results.push(accepted ?? read(presented.url, response));
    // Not `Response.json`, which the function's own Response lacks (runtime/fetch-shim.ts).
    return new Response(minimal === undefined ? null : JSON.stringify(minimal), JSON_HEADERS);
  };
  try {
    await send(configuration);
  } catch (error) {
    throw findVendError(error) ?? error;
  }
  return results[0] as T;
}

async function readMetadata(
  connect: HttpsTransport,
  url: URL,
  signal: AbortSignal,
): Promise<unknown> {
  const transport = openUpstreamTransport(connect, 'metadata');
  const headers = { accept: 'application/json' };
  return readMetadataResponse(url, await transport(url, { method: 'GET', headers, signal }));
}

function presentedAt(
  { metadata, document }: ServerCall,
  request: AuthenticatedEndpoint,
  grant?: GrantRequest,
): PresentedRequest {
  const endpoint = {
    token: metadata.tokenEndpoint,
    revocation: metadata.revocationEndpoint,
    introspection: metadata.introspectionEndpoint,
  }[request];
  const url = new URL(endpoint as string);
  return { request, url, document, metadata, ...(grant === undefined ? {} : { grant }) };
}

async function configure({ request, url, document, metadata }: PresentedRequest) {
  const { clientId } = document;
  const server = { issuer: metadata.issuer, [`${request}_endpoint`]: url.href };
  const authentication = authenticationAt(request, document.authentication, metadata);
  const audience = assertionAudience(document, metadata);
  const clientAuth = await authenticate(clientId, authentication, audience);
  const configuration = new Configuration(server, clientId, undefined, clientAuth);
  // Only the local system allows http URLs, and only to loopback.
  if (url.protocol === 'http:') allowInsecureRequests(configuration);
  return configuration;
}

async function authenticate(
  clientId: string,
  authentication: ClientAuthentication,
  audience: string,
): Promise<ClientAuth> {
  const { method } = authentication;
  switch (method) {
    case 'client_secret_basic':
      return (_server, _client, _body, headers) => {
        headers.set('authorization', basicAuthorization(clientId, authentication.clientSecret));
      };
    case 'client_secret_post':
      return ClientSecretPost(authentication.clientSecret);
    case 'client_secret_jwt':
      return ClientSecretJwt(authentication.clientSecret, assertion(audience));
    case 'private_key_jwt': {
      const { kid, alg } = authentication.privateKeyJwk;
      const key = await importSigningKey(authentication.privateKeyJwk);
      const named = kid === undefined ? key : { key, kid };
      return PrivateKeyJwt(named, assertion(audience, alg));
    }
  }
}

// Without nbf: at a server whose clock is a second behind, the assertion would not be valid yet.
function assertion(audience: string, alg?: string): ModifyAssertionOptions {
  return {
    [modifyAssertion]: (header, payload) => {
      payload['aud'] = audience;
      delete payload['nbf'];
      // The library writes Ed25519 for every Ed25519 key. Many servers know only EdDSA.
      if (alg !== undefined) header['alg'] = alg;
    },
  };
}

// openid-client wraps what its fetch throws.
function findVendError(error: unknown): VendError | undefined {
  if (error instanceof VendError) return error;
  return error instanceof Error ? findVendError(error.cause) : undefined;
}
