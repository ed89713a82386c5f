import {
  allowInsecureRequests,
  Configuration,
  customFetch,
  genericGrantRequest,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client';
import type { CredentialDocument } from '../credential/document.ts';
import { VendError } from '../errors/vend-error.ts';
import type { HttpsResponse, HttpsTransport } from '../http/https-transport.ts';
import { assertionAudience } from './assertion-audience.ts';
import { authenticationAt } from './authentication-method.ts';
import type { AuthorizationServer, Revocation, ServerCall } from './authorization-server.ts';
import type { ClientAssertions } from './client-assertions.ts';
import { findOAuthError } from './oauth-error.ts';
import { authenticate } from './openid-client-authentication.ts';
import { type PresentedRequest, presentedAt } from './presented-request.ts';
import { receivedResponse } from './received-response.ts';
import { presentedErrorOf } from './token-error.ts';
import { tokenParameters } from './token-parameters.ts';
import { readTokenResponse } from './token-response.ts';
import { isErrorResponse, readIntrospection, readMetadataResponse } from './upstream-response.ts';
import { openUpstreamTransport } from './upstream-transport.ts';

/**
 * The authorization server through openid-client, over our own transport instead of the global
 * fetch. openid-client builds and authenticates the requests. The responses are read here, because
 * its own rules refuse forms that many servers use, and do not say which member they refuse.
 *
 * @param assertions of clients without a key in their document; absent if there are none
 */
export function openOpenidClient(
  connect: HttpsTransport,
  assertions?: ClientAssertions,
): AuthorizationServer {
  const ports = { connect, assertions };
  return {
    readMetadata: (url, signal) => readMetadata(connect, url, signal),
    requestToken: async (call, grant) =>
      await converse(ports, call, presentedAt(call, 'token', grant), {
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
      await converse<Revocation>(ports, call, presentedAt(call, 'revocation'), {
        send: async (configuration) => await tokenRevocation(configuration, token),
        read: () => 'revoked',
        accept: ({ body }) =>
          findOAuthError(body) === 'unsupported_token_type' ? 'unsupported' : undefined,
        minimal: undefined,
      }),
    introspectToken: async (call, token) =>
      await converse(ports, call, presentedAt(call, 'introspection'), {
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

interface Ports {
  readonly connect: HttpsTransport;
  readonly assertions: ClientAssertions | undefined;
}

async function converse<T>(
  { connect, assertions }: Ports,
  call: ServerCall,
  presented: PresentedRequest,
  { send, read, accept, minimal }: Conversation<T>,
): Promise<T> {
  const transport = openUpstreamTransport(connect, presented.request);
  const configuration = await configure(presented, assertions, call.signal);
  const results: T[] = [];
  configuration[customFetch] = async (_url, { headers: { 'user-agent': _, ...headers }, body }) => {
    const response = await transport(presented.url, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json' },
      body: String(body),
      signal: call.signal,
      ...certificateOf(call.document),
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

async function configure(
  { request, url, document, metadata }: PresentedRequest,
  assertions: ClientAssertions | undefined,
  signal: AbortSignal,
) {
  const { clientId } = document;
  const server = { issuer: metadata.issuer, [`${request}_endpoint`]: url.href };
  const authentication = authenticationAt(request, document.authentication, metadata);
  const audience = assertionAudience(document, metadata);
  const proof = { authentication, clientId, audience, signal };
  const clientAuth = await authenticate(proof, assertions);
  const configuration = new Configuration(server, clientId, undefined, clientAuth);
  // Only the local system allows http URLs, and only to loopback.
  if (url.protocol === 'http:') allowInsecureRequests(configuration);
  return configuration;
}

function certificateOf({ authentication }: CredentialDocument) {
  return 'clientCertificate' in authentication
    ? { clientCertificate: authentication.clientCertificate }
    : {};
}

// openid-client wraps what its fetch throws.
function findVendError(error: unknown): VendError | undefined {
  if (error instanceof VendError) return error;
  return error instanceof Error ? findVendError(error.cause) : undefined;
}
