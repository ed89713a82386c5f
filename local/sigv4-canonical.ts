import { createHash } from 'node:crypto';

/** A request as received, not yet interpreted. */
export interface WireRequest {
  readonly method: string;
  /** Path and query of the request line. */
  readonly target: string;
  /** Names in lower case, in the order and number received. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Path and raw query of a request target. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * The canonical request of Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)).
 *
 * @param service the path is encoded a second time for every service except `s3`
 * @param exceptQuery a query parameter to leave out: the signature of a presigned request
 */
export function canonicalRequest(
  { method, target, headers }: WireRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  service: string,
  exceptQuery?: string,
): string {
  const { path, query } = splitTarget(target);
  const canonicalHeaders = signedHeaders.map((name) => `${name}:${headerValue(headers, name)}\n`);
  return [
    method,
    service === 's3' ? path : canonicalPath(path),
    canonicalQuery(query, exceptQuery),
    canonicalHeaders.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** Every value of a header, trimmed, with inner white space folded, joined by commas. */
export function headerValue(headers: WireRequest['headers'], name: string): string {
  return headers
    .filter(([other]) => other === name)
    .map(([, value]) => value.trim().replace(/\s+/g, ' '))
    .join(',');
}

function canonicalPath(path: string): string {
  return removeDotSegments(path).split('/').map(uriEncode).join('/');
}

function removeDotSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string, except: string | undefined): string {
  return parseQuery(query)
    .filter(([name]) => name !== except)
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Names and values of a raw query, decoded, with repeats. */
export function parseQuery(query: string): [name: string, value: string][] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const [name, ...value] = pair.split('=');
    return [decodeURIComponent(name as string), decodeURIComponent(value.join('='))];
  });
}

// RFC 3986 unreserved characters stay. encodeURIComponent leaves five more characters that AWS
// encodes.
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
