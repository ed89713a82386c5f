import { TransportError } from './transport-error.ts';

/**
 * Decodes a body. A server may encode it although the request asks for none (RFC 9110 section
 * 12.5.3).
 *
 * @param codings value of `Content-Encoding`: codings in the order in which they were applied
 * @param limit bytes of each decoded body
 * @throws TransportError `response_too_large`, `response_unreadable`
 */
export async function decodeBody(
  body: Buffer,
  codings: string | undefined,
  limit: number,
): Promise<Buffer> {
  const applied = (codings ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const encoded = applied.filter((name) => name !== '' && name !== 'identity');
  if (encoded.length === 0 || body.length === 0) return body;
  // Loaded here, because hardly any server needs it.
  const zlib = await import('node:zlib');
  return encoded.reduceRight((bytes, name) => decodeOnce(zlib, bytes, name, limit), body);
}

type Zlib = typeof import('node:zlib');

function decodeOnce(zlib: Zlib, body: Buffer, coding: string, limit: number): Buffer {
  const decode = findDecoder(zlib, coding, body);
  if (decode === undefined) throw new TransportError('response_unreadable', 'unknown coding');
  try {
    return decode(body, { maxOutputLength: limit });
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new TransportError('response_too_large', `larger than ${limit} bytes`);
    throw new TransportError('response_unreadable', code);
  }
}

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

function findDecoder(zlib: Zlib, coding: string, body: Buffer): Decode | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gunzipSync;
    case 'deflate':
      // Some servers omit the zlib header, which starts with compression method 8 (RFC 1950 2.2).
      return ((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync : zlib.inflateRawSync;
    case 'br':
      return zlib.brotliDecompressSync;
    case 'zstd':
      // Absent before Node.js 22.15.
      return zlib.zstdDecompressSync;
    default:
      return undefined;
  }
}
