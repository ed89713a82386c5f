import type { HttpsResponse } from '../http/https-transport.ts';
import { isJsonObject } from '../http/json.ts';
import { parseTokenBody } from './token-response.ts';
import { isErrorResponse } from './upstream-response.ts';

/** A response of the token endpoint without its tokens, for a person who looks for an error. */
export interface ReceivedResponse {
  readonly status: number;
  readonly isError: boolean;
  /** The JSON type of each member by its name; `undefined` if the body is no JSON object. */
  readonly members: Readonly<Record<string, string>> | undefined;
  /** `token_type`, `expires_in` and `scope` as the server writes them, if they are no objects. */
  readonly values: Readonly<Record<string, unknown>>;
}

const MOST_MEMBERS = 50;
const SHOWN = ['token_type', 'expires_in', 'scope'];

/** Describes a response. A value that contains one of its tokens is left out. */
export function receivedResponse(response: HttpsResponse): ReceivedResponse {
  const { status } = response;
  const isError = isErrorResponse(response);
  const json = parseTokenBody(response);
  if (!isJsonObject(json)) return { status, isError, members: undefined, values: {} };
  const tokens = Object.entries(json)
    .filter(([name, value]) => /token$/i.test(name) && typeof value === 'string' && value !== '')
    .map(([, value]) => JSON.stringify(value).slice(1, -1));
  const hasNoToken = (value: unknown) =>
    !tokens.some((token) => JSON.stringify(value).includes(token));
  const members = Object.entries(json)
    .filter(([name]) => /^[\w.:-]{1,64}$/.test(name) && hasNoToken(name))
    .slice(0, MOST_MEMBERS)
    .map(([name, value]) => [name, typeOf(value)]);
  const values = SHOWN.filter((name) => Object.hasOwn(json, name))
    .map((name) => [name, json[name]] as const)
    .filter(([, value]) => isShort(value) && hasNoToken(value));
  return {
    status,
    isError,
    members: Object.fromEntries(members),
    values: Object.fromEntries(values),
  };
}

/** No object, because objects may be nested without end. */
function isShort(value: unknown): boolean {
  return [value].flat().every((one) => typeof one !== 'object' || one === null);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
