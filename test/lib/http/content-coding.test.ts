import zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decodeBody } from '../../../lib/http/content-coding.ts';

const PLAIN = Buffer.from('{"access_token":"short"}');
const LIMIT = 1_000;

describe('content coding', () => {
  it.each([
    ['gzip', zlib.gzipSync(PLAIN)],
    ['X-GZIP', zlib.gzipSync(PLAIN)],
    ['deflate', zlib.deflateSync(PLAIN)],
    ['deflate', zlib.deflateRawSync(PLAIN)],
    ['br', zlib.brotliCompressSync(PLAIN)],
    ['zstd', zlib.zstdCompressSync(PLAIN)],
    ['deflate, identity, gzip', zlib.gzipSync(zlib.deflateSync(PLAIN))],
    ['identity', PLAIN],
    ['', PLAIN],
    [undefined, PLAIN],
  ])('%s is decoded', async (codings, body) => {
    expect(await decodeBody(body, codings, LIMIT)).toEqual(PLAIN);
  });

  it.each(['gzip', 'deflate'])('an empty body has nothing to decode: %s', async (codings) => {
    expect(await decodeBody(Buffer.alloc(0), codings, LIMIT)).toHaveLength(0);
  });

  it('the limit holds after decoding, for each coding of several', async () => {
    const exact = zlib.gzipSync(Buffer.alloc(LIMIT));
    expect(await decodeBody(exact, 'gzip', LIMIT)).toHaveLength(LIMIT);
    const bomb = zlib.gzipSync(Buffer.alloc(LIMIT + 1));
    const nested = zlib.brotliCompressSync(zlib.gzipSync(Buffer.alloc(50 * LIMIT)));
    for (const [codings, body] of [
      ['gzip', bomb],
      ['gzip, br', nested],
    ] as const) {
      await expect(decodeBody(body, codings, LIMIT)).rejects.toMatchObject({
        kind: 'response_too_large',
        detail: 'larger than 1000 bytes',
      });
    }
  });

  it.each([
    ['gzip', PLAIN, 'Z_DATA_ERROR'],
    ['gzip', zlib.gzipSync(PLAIN).subarray(0, -9), 'Z_BUF_ERROR'],
    ['deflate, gzip', zlib.gzipSync(''), 'Z_BUF_ERROR'],
    ['compress', PLAIN, 'unknown coding'],
  ])('a body that is not %s is unreadable', async (codings, body, detail) => {
    await expect(decodeBody(body, codings, LIMIT)).rejects.toMatchObject({
      kind: 'response_unreadable',
      detail,
    });
  });

  it('a body of one byte in deflate is unreadable', async () => {
    await expect(decodeBody(Buffer.from([0]), 'deflate', LIMIT)).rejects.toMatchObject({
      kind: 'response_unreadable',
    });
  });
});
