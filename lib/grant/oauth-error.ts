import { isJsonObject, parseJson } from '../http/json.ts';

/**
 * The error codes of the OAuth Extensions Error Registry that a token, revocation or introspection
 * endpoint may send, and those of RFC 6749, 6750, 7009, 8628, 8707 and 9449. Only these may stand
 * in a text of ours, because any other text is chosen by the server.
 */
const REGISTERED = new Set([
  'access_denied',
  'authorization_pending',
  'consent_required',
  'expired_token',
  'insufficient_authorization_details',
  'insufficient_scope',
  'insufficient_user_authentication',
  'interaction_required',
  'invalid_authorization_details',
  'invalid_client',
  'invalid_client_metadata',
  'invalid_dpop_proof',
  'invalid_grant',
  'invalid_request',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_scope',
  'invalid_target',
  'invalid_token',
  'login_required',
  'request_denied',
  'request_not_supported',
  'request_uri_not_supported',
  'server_error',
  'slow_down',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'unsupported_token_type',
  'use_dpop_nonce',
]);

/** `error` of a parsed response, if it is a registered OAuth error. */
export function oauthErrorOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('error' in json)) return undefined;
  const error = typeof json.error === 'string' ? json.error.trim().toLowerCase() : '';
  return REGISTERED.has(error) ? error : undefined;
}

/** `error` of a JSON response, if it is a registered OAuth error. */
export function findOAuthError(body: string): string | undefined {
  return oauthErrorOf(parseJson(body));
}

/**
 * `error` of a JSON response, in the words of texts: its registered code, or that it has another
 * one, so that a reader knows that the server itself responded.
 */
export function describeOAuthError(body: string): string | undefined {
  const json = parseJson(body);
  const other = isJsonObject(json) && typeof json['error'] === 'string' && json['error'] !== '';
  return oauthErrorOf(json) ?? (other ? 'an error code that is not registered' : undefined);
}
