/** One DER item (X.690): tag, length, content. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), length(body.length), body]);
}

export const sequence = (...items: readonly Buffer[]): Buffer => der(0x30, ...items);

export const set = (...items: readonly Buffer[]): Buffer => der(0x31, ...items);

export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));

export const bool = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 0xff : 0));

export const octetString = (content: Buffer): Buffer => der(0x04, content);

/** The content has whole bytes, so the number of unused bits is 0. */
export const bitString = (content: Buffer): Buffer => der(0x03, Buffer.of(0), content);

export const explicit = (tag: number, content: Buffer): Buffer => der(0xa0 + tag, content);

/** UTCTime, which can express dates until 2049 (RFC 5280 section 4.1.2.5). */
export function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.of(size);
  return size < 0x100 ? Buffer.of(0x81, size) : Buffer.of(0x82, size >> 8, size & 0xff);
}
