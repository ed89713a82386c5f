import { createHash, createHmac } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Endpoint } from './endpoint.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Absent if they do not expire. */
  readonly expiration?: Date | undefined;
}

export interface UnsignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the endpoint, for instance `/oauth2/token`, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty if there is none. */
  readonly body: string;
}

/**
 * Signs a request with Signature Version 4. Does no I/O: the same input gives the same headers.
 *
 * @param at time of the signature; AWS accepts a difference of 5 minutes
 * @returns all headers to send, including `authorization`
 */
export async function signRequest(
  request: Omit<UnsignedRequest, 'method'> & { readonly method: string },
  endpoint: Pick<Endpoint, 'url' | 'region'> & { readonly service: string },
  credentials: AwsCredentials,
  at: Date,
): Promise<Record<string, string>> {
  const url = new URL(endpoint.url + request.path);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    region: endpoint.region,
    service: endpoint.service,
    sha256: NodeSha256,
  });
  const unsigned = new HttpRequest({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...request.headers, host: url.host },
    body: request.body,
  });
  return (await signer.sign(unsigned, { signingDate: at })).headers;
}

type HashInput = string | ArrayBuffer | ArrayBufferView;

/** SHA-256 and HMAC of node:crypto in the interface that the signer needs. */
class NodeSha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: HashInput) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: HashInput): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function toBytes(data: HashInput): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
