import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import { type Callers, findByKey } from './callers.ts';
import { REGISTRY, ROTATION, VENDING } from './deployed-functions.ts';
import { type LoopbackServer, listenOnLoopback, readBody, wireHeaders } from './loopback-server.ts';
import { parseQuery, splitTarget, type WireRequest } from './sigv4-canonical.ts';
import { SigV4Error } from './sigv4-error.ts';
import { verifySigV4 } from './sigv4-verifier.ts';

export interface ObjectStoreOptions {
  readonly port: number;
  readonly region: string;
  readonly callers: Callers;
}

/** An injected fault of the next requests. */
export type ObjectStoreFault =
  | { readonly kind: 'response'; readonly status: number; readonly code: string }
  /** Never responds. */
  | { readonly kind: 'hang' }
  /** Performs the operation, then closes the connection without a response. */
  | { readonly kind: 'lose-response' };

export interface LocalObjectStore extends LoopbackServer {
  /** Objects by bucket and key: `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** If set, it applies to every request, to the next `times`, or to those of URLs that end in `at`. */
  fault: (ObjectStoreFault & { times?: number; at?: string }) | undefined;
  readonly requests: string[];
}

const MAY_DO: Readonly<Record<string, readonly string[]>> = {
  [VENDING.role]: ['PUT', 'HEAD'],
  [REGISTRY.role]: ['PUT', 'HEAD'],
  [ROTATION.role]: ['PUT', 'HEAD'],
  'token-vending-anchor': ['GET', 'PUT', 'HEAD'],
  operator: ['GET', 'HEAD'],
};

/**
 * The part of Amazon S3 that an append-only audit bucket needs, on loopback. It verifies
 * signatures, accepts writes only with `If-None-Match: *` and a correct checksum, overwrites and
 * deletes nothing (Object Lock), and paginates listings.
 */
export async function startObjectStore(options: ObjectStoreOptions): Promise<LocalObjectStore> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const state: Pick<LocalObjectStore, 'fault'> = { fault: undefined };
  const server = http.createServer(async (request, response) => {
    const wire = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: wireHeaders(request),
      body: await readBody(request),
    };
    requests.push(`${wire.method} ${splitTarget(wire.target).path}`);
    const fault = strike(state, splitTarget(wire.target).path);
    if (fault?.kind === 'hang') return;
    const stored =
      fault?.kind === 'response'
        ? errorResponse(fault.status, fault.code)
        : perform(wire, objects, options);
    if (fault?.kind === 'lose-response') return void request.socket.destroy();
    response.writeHead(stored.status, { 'x-amz-request-id': randomUUID(), ...stored.headers });
    response.end(wire.method === 'HEAD' ? undefined : stored.body);
  });
  const listening = await listenOnLoopback(
    server,
    options.port,
    'object store',
    'TOKEN_VENDING_LOCAL_PORT_OBJECTS',
  );
  return Object.assign(state, listening, { objects, requests });
}

function strike(
  state: Pick<LocalObjectStore, 'fault'>,
  path: string,
): ObjectStoreFault | undefined {
  const { fault } = state;
  if (fault?.at !== undefined && !path.endsWith(fault.at)) return undefined;
  if (fault?.times !== undefined) {
    fault.times -= 1;
    if (fault.times <= 0) state.fault = undefined;
  }
  return fault;
}

interface StoreResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

function perform(
  wire: WireRequest,
  objects: Map<string, Buffer>,
  options: ObjectStoreOptions,
): StoreResponse {
  const { region, callers } = options;
  const findKey = (id: string) => findByKey(callers, id);
  let caller: string;
  try {
    const key = verifySigV4(wire, { region, services: ['s3'], findKey, now: Date.now });
    caller = findByKey(callers, key.accessKeyId)?.name ?? '';
  } catch (error) {
    if (error instanceof SigV4Error) return errorResponse(403, 'SignatureDoesNotMatch');
    throw error;
  }
  if (!MAY_DO[caller]?.includes(wire.method)) return errorResponse(403, 'AccessDenied');
  const { path, query } = splitTarget(wire.target);
  const name = decodeURIComponent(path).slice(1);
  const parameters = new Map(parseQuery(query));
  if (wire.method === 'PUT') return put(objects, name, wire);
  if (parameters.get('list-type') === '2')
    return list(objects, name.replace(/\/$/, ''), parameters);
  return read(objects, name);
}

function put(
  objects: Map<string, Buffer>,
  name: string,
  { headers, body }: WireRequest,
): StoreResponse {
  const header = new Map(headers);
  if (header.get('if-none-match') !== '*') return errorResponse(403, 'AccessDenied');
  if (header.get('x-amz-checksum-sha256') !== checksum(body))
    return errorResponse(400, 'BadDigest');
  if (objects.has(name)) return errorResponse(412, 'PreconditionFailed');
  objects.set(name, Buffer.from(body));
  return { status: 200, headers: { etag: `"${randomUUID()}"`, 'x-amz-version-id': randomUUID() } };
}

function read(objects: Map<string, Buffer>, name: string): StoreResponse {
  const body = objects.get(name);
  if (body === undefined) return errorResponse(404, 'NoSuchKey');
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'x-amz-checksum-sha256': checksum(body),
      'x-amz-object-lock-mode': 'GOVERNANCE',
    },
    body,
  };
}

function list(
  objects: Map<string, Buffer>,
  bucket: string,
  parameters: ReadonlyMap<string, string>,
): StoreResponse {
  const prefix = `${bucket}/${parameters.get('prefix') ?? ''}`;
  const after = parameters.get('continuation-token') ?? '';
  const size = Number(parameters.get('max-keys') ?? 1000);
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, size);
  const more = keys.length > size;
  const contents = page.map(
    (key) => `<Contents><Key>${key.slice(bucket.length + 1)}</Key></Contents>`,
  );
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const body = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

function checksum(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64');
}

function errorResponse(status: number, code: string): StoreResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}
