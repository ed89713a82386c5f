import { isJsonObject } from '../http/json.ts';

// Base64 of `{"` and of `{` before white space, with or without a byte order mark.
const BEGINNINGS = /e[w-z]|77u/g;
const MOST = 100;

/**
 * Whether a token that is no JWT to a strict reader may be one to a lenient reader: it contains the
 * header of a JWS or JWE (a JSON object with `alg` or `enc`) after a prefix or a byte order mark, as
 * UTF-16, with another number of parts, or with other characters between them (the JSON
 * serialization of RFC 7515 section 7.2, or `%2E`). Nobody would have checked such a token.
 */
export function isDisguisedJwt(token: string): boolean {
  const parts = [token.split('.'), token.split(/[^\w+/=-]/)];
  return parts.flatMap((each) => each.slice(0, -1).slice(0, MOST)).some(endsWithHeader);
}

function endsWithHeader(part: string): boolean {
  const places = [...part.matchAll(BEGINNINGS)].slice(0, MOST).map(({ index }) => index);
  return [0, ...places].some((place) => isHeader(part.slice(place)));
}

function isHeader(text: string): boolean {
  try {
    const decoded = new TextDecoder().decode(Buffer.from(text, 'base64url'));
    // What is left of UTF-16 are its zeros, and of its byte order mark the replacement character.
    const json: unknown = JSON.parse(decoded.replace(/[\0\ufffd]/g, '').trim());
    return isJsonObject(json) && ('alg' in json || 'enc' in json);
  } catch {
    return false;
  }
}
