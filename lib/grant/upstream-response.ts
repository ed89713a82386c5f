import type { HttpsResponse } from '../http/https-transport.ts';
import { isJsonObject, parseJson } from '../http/json.ts';
import { unreadableResponse, upstreamErrorOf } from './upstream-error.ts';

/** Whether a response is an error. Some servers send errors with status 200. */
export function isErrorResponse({ status, body }: HttpsResponse): boolean {
  if (status < 200 || status > 299) return true;
  const json = parseJson(body);
  return (
    isJsonObject(json) &&
    typeof json['error'] === 'string' &&
    json['error'] !== '' &&
    typeof json['access_token'] !== 'string' &&
    typeof json['active'] !== 'boolean'
  );
}

/**
 * The members of an introspection response (RFC 7662 section 2.2).
 *
 * @throws VendError `upstream_invalid`
 */
export function readIntrospection(
  url: URL,
  response: HttpsResponse,
): Readonly<Record<string, unknown>> {
  const json = parseJson(response.body);
  if (isJsonObject(json) && typeof json['active'] === 'boolean') return json;
  const rule = 'it must be a JSON object with active, true or false';
  throw unreadableResponse('introspection', url, response, rule);
}

const ABSENT = new Set([400, 401, 403, 404, 405, 410]);

/**
 * The metadata of a response.
 *
 * @returns `undefined` if there is none at this URL
 * @throws VendError `upstream_*`
 */
export function readMetadataResponse(url: URL, response: HttpsResponse): unknown {
  if (ABSENT.has(response.status)) return undefined;
  if (response.status !== 200) throw upstreamErrorOf('metadata', url, response);
  const json = parseJson(response.body);
  if (isJsonObject(json)) return json;
  throw unreadableResponse('metadata', url, response, 'it must be a JSON object');
}
