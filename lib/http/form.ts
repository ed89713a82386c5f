import { VendError } from '../errors/vend-error.ts';
import type { HttpRequest } from './messages.ts';
import { FORM_LIMIT } from './size-limits.ts';

/** How often a parameter may occur. */
export type Parameters = Readonly<Record<string, 'once' | 'repeatable'>>;

export interface FormOptions {
  readonly limit?: number;
  readonly ignoresUnknown?: boolean;
}

/**
 * Reads an `application/x-www-form-urlencoded` body: only the named parameters, and none repeated
 * that may occur once (RFC 6749 section 3.2). An empty value counts as an omitted parameter (RFC
 * 6749 section 3.1).
 *
 * @param options.limit bytes of the body
 * @param options.ignoresUnknown whether other parameters are ignored, as RFC 6749 section 3.2
 *   demands of authorization servers, instead of refused
 * @throws VendError `request_malformed` naming the parameter
 */
export function parseForm<P extends Parameters>(
  request: Pick<HttpRequest, 'query' | 'headers' | 'body'>,
  parameters: P,
  { limit = FORM_LIMIT, ignoresUnknown = false }: FormOptions = {},
): Record<keyof P, readonly string[]> {
  if (request.query !== '') throw malformed('Parameters must be in the body, not in the query');
  checkBody(request, 'application/x-www-form-urlencoded', limit);
  const values = new Map<string, string[]>();
  for (const name in parameters) values.set(name, []);
  for (const [name, value] of decodeForm(request.body)) {
    const known = values.get(name);
    if (known === undefined) {
      if (ignoresUnknown) continue;
      throw unknownParameter(name);
    }
    if (parameters[name] === 'once' && known.length > 0)
      throw malformed(`${name} must not be repeated`);
    known.push(value);
  }
  const given: Record<string, readonly string[]> = {};
  for (const [name, all] of values) {
    given[name] = all.includes('') ? all.filter((value) => value !== '') : all;
  }
  return given as Record<keyof P, readonly string[]>;
}

/**
 * @throws VendError `request_malformed` if the body is of another media type than `mediaType`, or too large
 */
export function checkBody(
  request: Pick<HttpRequest, 'headers' | 'body'>,
  mediaType: string,
  limit: number = FORM_LIMIT,
): void {
  const contentType = (request.headers['content-type'] ?? '').split(';', 1)[0] as string;
  if (contentType.trim().toLowerCase() !== mediaType)
    throw malformed(`Content-Type must be ${mediaType}`);
  if (Buffer.byteLength(request.body) > limit) {
    throw malformed(`The body must be at most ${limit} bytes`);
  }
}

function decodeForm(body: string): [name: string, value: string][] {
  if (body === '') return [];
  return body.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  });
}

// URLSearchParams accepts invalid percent encoding, which each parser reads differently.
function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed('The body must be percent-encoded UTF-8');
  }
}

function unknownParameter(name: string): VendError {
  if (name.startsWith('client_secret') || name.startsWith('client_assertion')) {
    return malformed(
      'client_secret and client_assertion must be absent: the SigV4 signature is the client authentication',
    );
  }
  // An unknown name may be any text, so only a plain name is repeated.
  return malformed(
    /^[a-z][a-z_]{0,39}$/.test(name)
      ? `${name} is not a parameter of this route`
      : 'A parameter is unknown for this route',
  );
}

export function malformed(says: string): VendError {
  return new VendError('request_malformed', { says: `${says}.` });
}
