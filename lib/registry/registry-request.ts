import { type CredentialId, parseCredentialId } from '../credential/id.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { checkBody, malformed } from '../http/form.ts';
import { isJsonObject, parseJson } from '../http/json.ts';
import type { HttpRequest } from '../http/messages.ts';
import { DOCUMENT_LIMIT } from '../http/size-limits.ts';

export const WHOLE_DOCUMENT = 'application/json';
/** RFC 7396. */
export const MERGE_PATCH = 'application/merge-patch+json';

const PATH = /^\/credentials\/([^/]+\/[^/]+)(?:\/(?:restore|rotate|test))?$/;

/**
 * The credential that the path of a request names.
 *
 * @throws VendError `request_malformed`
 */
export function credentialOf({ path }: Pick<HttpRequest, 'path'>): CredentialId {
  return parseCredentialId(PATH.exec(path)?.[1] ?? '', 'The credential in the path');
}

/**
 * The document in the body of a request, or the merge patch of one.
 *
 * @throws VendError `request_malformed` if the body is of another media type, too large, or no JSON object
 */
export function documentOf(http: HttpRequest, mediaType: string): DocumentJson {
  checkBody(http, mediaType, DOCUMENT_LIMIT);
  const json = parseJson(http.body);
  if (!isJsonObject(json)) throw malformed('The body must be a JSON object');
  return json;
}

/**
 * Reads the query: only the named parameter, at most once.
 *
 * @param parameter a name, and the values that it may have, with the rule in words
 * @returns the value; `undefined` if the query is empty
 * @throws VendError `request_malformed`
 */
export function queryOf(
  { query }: Pick<HttpRequest, 'query'>,
  parameter?: { readonly name: string; readonly values: RegExp; readonly rule: string },
): string | undefined {
  if (query === '') return undefined;
  if (parameter === undefined) throw malformed('This route has no parameters in the query');
  const { name, values, rule } = parameter;
  const [[given, value] = ['', ''], ...more] = [...new URLSearchParams(query)];
  if (given !== name || more.length > 0)
    throw malformed(`The query must have no other parameter than ${name}, once`);
  if (!values.test(value)) throw malformed(`${name} ${rule}`);
  return value;
}

/** Whether a change is to be stored without a test of the document. */
export function skipsTest(http: Pick<HttpRequest, 'query'>): boolean {
  return queryOf(http, { name: 'test', values: /^skip$/, rule: 'must be skip' }) === 'skip';
}
