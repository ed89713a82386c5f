import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { BoundedMap } from '../lib/time/bounded-map.ts';
import {
  canonicalRequest,
  headerValue,
  parseQuery,
  sha256Hex,
  splitTarget,
  type WireRequest,
} from './sigv4-canonical.ts';
import { sigV4Errors } from './sigv4-error.ts';

/** Long- or short-lived keys of an AWS principal of the local system. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** If it has expired, AWS says so, whatever else is wrong. */
  readonly expired?: boolean;
}

export interface VerifierOptions {
  readonly region: string;
  readonly services: readonly string[];
  readonly findKey: (accessKeyId: string) => AccessKey | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

interface Signature {
  readonly accessKeyId: string;
  /** `date/region/service/aws4_request`. */
  readonly scope: readonly [date: string, region: string, service: string, terminator: string];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** ISO 8601 basic format, as signed. */
  readonly date: string;
  /** Seconds for which a presigned request is valid; `undefined` for a signature in the header. */
  readonly expires: number | undefined;
  readonly sessionToken: string;
  readonly payloadHash: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CLOCK_WINDOW = 300;
const LONGEST_PRESIGNED = 604_800;
const EMPTY = sha256Hex('');

/**
 * Verifies Signature Version 4, in the header or presigned in the query. It shares no code with a
 * signer: it computes the signature of the received request with the key that the request names.
 *
 * @returns the access key that signed
 * @throws {@link SigV4Error} with the text and error type of AWS
 */
export function verifySigV4(request: WireRequest, options: VerifierOptions): AccessKey {
  const header = headerValue(request.headers, 'authorization');
  const presigned = parseQuery(splitTarget(request.target).query).some(
    ([name]) => name === 'X-Amz-Signature',
  );
  if (header === '' && !presigned) throw sigV4Errors.unsigned();
  const claimed = header === '' ? readQuery(request) : readHeader(request, header);
  checkScope(claimed, options);
  checkTime(claimed, options.now());
  checkSignedHeaders(request, claimed);
  const key = options.findKey(claimed.accessKeyId);
  if (key === undefined || (key.sessionToken ?? '') !== claimed.sessionToken)
    throw sigV4Errors.unknownKey();
  if (key.expired === true) throw sigV4Errors.expired();
  if (claimed.expires === undefined && claimed.payloadHash !== sha256Hex(request.body))
    throw sigV4Errors.mismatch();
  if (!equal(sign(request, claimed, key), claimed.signature)) throw sigV4Errors.mismatch();
  return key;
}

function readHeader(request: WireRequest, header: string): Signature {
  const [algorithm, ...rest] = header.split(' ');
  if (algorithm !== ALGORITHM)
    throw sigV4Errors.incomplete(`Unsupported AWS 'algorithm': '${ALGORITHM}' is required.`);
  const parts = new Map<string, string>();
  for (const part of rest.join('').split(',')) {
    const at = part.indexOf('=');
    parts.set(part.slice(0, at), part.slice(at + 1));
  }
  const need = (name: string): string => {
    const value = parts.get(name);
    if (!value) throw sigV4Errors.incomplete(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const date = headerValue(request.headers, 'x-amz-date');
  if (date === '')
    throw sigV4Errors.incomplete(
      "Authorization header requires existence of a 'X-Amz-Date' header.",
    );
  const [accessKeyId, scope] = splitCredential(need('Credential'));
  return {
    accessKeyId,
    scope,
    signedHeaders: need('SignedHeaders').split(';'),
    signature: need('Signature'),
    date,
    expires: undefined,
    sessionToken: headerValue(request.headers, 'x-amz-security-token'),
    payloadHash: headerValue(request.headers, 'x-amz-content-sha256') || sha256Hex(request.body),
  };
}

function readQuery(request: WireRequest): Signature {
  const query = new Map(parseQuery(splitTarget(request.target).query));
  const need = (name: string): string => {
    const value = query.get(name);
    if (!value) throw sigV4Errors.incomplete(`AWS query-string parameters must include '${name}'.`);
    return value;
  };
  if (need('X-Amz-Algorithm') !== ALGORITHM)
    throw sigV4Errors.incomplete(`Unsupported AWS 'algorithm': '${ALGORITHM}' is required.`);
  const [accessKeyId, scope] = splitCredential(need('X-Amz-Credential'));
  const expires = Number(need('X-Amz-Expires'));
  if (!(Number.isInteger(expires) && expires > 0 && expires <= LONGEST_PRESIGNED)) {
    throw sigV4Errors.incomplete("'X-Amz-Expires' must be between 1 and 604800 seconds.");
  }
  return {
    accessKeyId,
    scope,
    signedHeaders: need('X-Amz-SignedHeaders').split(';'),
    signature: need('X-Amz-Signature'),
    date: need('X-Amz-Date'),
    expires,
    sessionToken: query.get('X-Amz-Security-Token') ?? '',
    payloadHash: request.body.length === 0 ? EMPTY : sha256Hex(request.body),
  };
}

function splitCredential(credential: string): [string, Signature['scope']] {
  const [accessKeyId, date, region, service, terminator, ...more] = credential.split('/');
  if (
    !accessKeyId ||
    !date ||
    !region ||
    !service ||
    terminator !== 'aws4_request' ||
    more.length > 0
  ) {
    throw sigV4Errors.incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    );
  }
  return [accessKeyId, [date, region, service, terminator]];
}

function checkScope({ scope, date }: Signature, { region, services }: VerifierOptions): void {
  if (scope[0] !== date.slice(0, 8))
    throw sigV4Errors.scope(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  if (scope[1] !== region)
    throw sigV4Errors.scope(`Credential should be scoped to a valid region, not '${scope[1]}'.`);
  if (!services.includes(scope[2]))
    throw sigV4Errors.scope(`Credential should be scoped to correct service: '${services[0]}'.`);
}

function checkTime({ date, expires }: Signature, now: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  if (parts.length === 0)
    throw sigV4Errors.incomplete(`Date must be in ISO-8601 'basic format'. Got '${date}'.`);
  const [year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const age = (now - Date.UTC(year, month - 1, day, hour, minute, second)) / 1000;
  const stamp = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
  if (age > (expires ?? CLOCK_WINDOW)) {
    throw sigV4Errors.scope(
      `Signature expired: ${date} is now earlier than ${stamp(now - CLOCK_WINDOW * 1000)} (${stamp(now)} - 5 min.)`,
    );
  }
  if (age < -CLOCK_WINDOW) {
    throw sigV4Errors.scope(
      `Signature not yet current: ${date} is still later than ${stamp(now + CLOCK_WINDOW * 1000)} (${stamp(now)} + 5 min.)`,
    );
  }
}

// Host and every x-amz-* header must be signed, else a proxy could change them.
function checkSignedHeaders({ headers }: WireRequest, { signedHeaders }: Signature): void {
  const mustBeSigned = headers
    .map(([name]) => name)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const missing = mustBeSigned.filter((name) => !signedHeaders.includes(name));
  if (missing.length > 0)
    throw sigV4Errors.scope(
      `'${missing.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`,
    );
}

function sign(request: WireRequest, claimed: Signature, { secretAccessKey }: AccessKey): string {
  const { scope, signedHeaders, payloadHash, expires, date } = claimed;
  const except = expires === undefined ? undefined : 'X-Amz-Signature';
  const canonical = canonicalRequest(request, signedHeaders, payloadHash, scope[2], except);
  const stringToSign = [ALGORITHM, date, scope.join('/'), sha256Hex(canonical)].join('\n');
  return createHmac('sha256', signingKey(secretAccessKey, scope))
    .update(stringToSign)
    .digest('hex');
}

// A signing key is valid for a day, a region and a service. Deriving it takes five times as long as
// the rest of a verification.
const signingKeys = new BoundedMap<string, KeyObject>(100);

function signingKey(secretAccessKey: string, scope: Signature['scope']): KeyObject {
  const name = [secretAccessKey, ...scope].join('/');
  const known = signingKeys.get(name);
  if (known !== undefined) return known;
  const derived = scope.reduce<string | Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const made = createSecretKey(derived as Buffer);
  signingKeys.set(name, made);
  return made;
}

function equal(right: string, given: string): boolean {
  const [a, b] = [Buffer.from(right), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
