import { ValueError } from './value-error.ts';

/** The bytes to skip from a head byte on, and the number of nested values after them. */
interface Head {
  readonly size: number;
  readonly nested: number;
}

/**
 * Checks that the bytes are exactly one complete MessagePack value, in one pass without
 * allocations. The decoder allocates what a head announces, so a few forged heads could take all
 * memory.
 *
 * @throws {@link ValueError} if they are not
 */
export function assertOneMsgpackValue(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  for (let pending = 1; pending > 0; pending -= 1) {
    if (offset >= bytes.length) throw new ValueError('a MessagePack value ends too early');
    const head = readHead(view, offset);
    offset += head.size;
    pending += head.nested;
    // Each value takes at least one byte.
    if (pending - 1 > bytes.length - offset) {
      throw new ValueError('a MessagePack value ends too early');
    }
  }
  if (offset !== bytes.length) throw new ValueError('bytes follow a MessagePack value');
}

function readHead(view: DataView, offset: number): Head {
  const byte = view.getUint8(offset);
  if (byte < 0x80 || byte >= 0xe0) return { size: 1, nested: 0 };
  if (byte < 0x90) return { size: 1, nested: 2 * (byte & 0x0f) };
  if (byte < 0xa0) return { size: 1, nested: byte & 0x0f };
  if (byte < 0xc0) return { size: 1 + (byte & 0x1f), nested: 0 };
  return readLongHead(view, offset, byte);
}

// Length of the whole item by head byte, from 0xc0 on. -1 if a length follows, 0 for the unused
// byte.
const FIXED = [1, 0, 1, 1, -1, -1, -1, -1, -1, -1, 5, 9, 2, 3, 5, 9, 2, 3, 5, 9, 3, 4, 6, 10, 18];

function readLongHead(view: DataView, offset: number, byte: number): Head {
  const fixed = FIXED[byte - 0xc0] ?? -1;
  if (fixed === 0) throw new ValueError('a MessagePack head byte is not in use');
  if (fixed > 0) return { size: fixed, nested: 0 };
  if (byte >= 0xdc) {
    const wide = byte % 2 === 1;
    const count = lengthAt(view, offset + 1, wide ? 4 : 2);
    return { size: wide ? 5 : 3, nested: byte >= 0xde ? 2 * count : count };
  }
  // bin 8/16/32, ext 8/16/32 (with a type byte), str 8/16/32
  const width = 2 ** ((byte - (byte >= 0xd9 ? 0xd9 : 0xc4)) % 3);
  const typeByte = byte >= 0xc7 && byte <= 0xc9 ? 1 : 0;
  return { size: 1 + width + typeByte + lengthAt(view, offset + 1, width), nested: 0 };
}

function lengthAt(view: DataView, offset: number, width: number): number {
  if (offset + width > view.byteLength) throw new ValueError('a MessagePack value ends too early');
  if (width === 1) return view.getUint8(offset);
  return width === 2 ? view.getUint16(offset) : view.getUint32(offset);
}
