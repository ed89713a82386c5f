import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Unix permissions. Terraform applies them, and runs only files with 0o755. */
  readonly mode: number;
}

const deflate = promisify(deflateRaw);

// 1980-01-01 00:00, the first possible date. The time of the build would make each archive
// different.
const DATE = 0x0021;
const TIME = 0;
const DEFLATED = 8;
const UTF8_NAMES = 0x0800;
const VERSION_NEEDED = 20;
const MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED;
const REGULAR_FILE = 0o100000;
const MAX_SIZE = 0xffffffff;

/**
 * Makes a zip archive (APPNOTE 6.3.10, without zip64). The same entries give the same bytes.
 *
 * @throws RangeError if it exceeds 4 GiB
 */
export async function writeZip(entries: readonly ZipEntry[]): Promise<Buffer> {
  const packed = await Promise.all(entries.map(pack));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of packed) {
    directory.push(centralHeader(entry, offset), entry.name);
    parts.push(localHeader(entry), entry.name, entry.data);
    offset += 30 + entry.name.length + entry.data.length;
  }
  if (offset > MAX_SIZE) throw new RangeError('a zip archive without zip64 ends at 4 GiB');
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endOf(packed.length, central.length, offset)]);
}

interface Packed {
  readonly name: Buffer;
  readonly data: Buffer;
  readonly size: number;
  readonly checksum: number;
  readonly mode: number;
}

async function pack({ name, bytes, mode }: ZipEntry): Promise<Packed> {
  const data = await deflate(bytes, { level: 9 });
  return { name: Buffer.from(name), data, size: bytes.length, checksum: crc32(bytes), mode };
}

/**
 * The fields that local and central headers share, from "version needed" to the length of the extra
 * field.
 */
function description({ name, data, size, checksum }: Packed): Buffer {
  return fields(
    [2, VERSION_NEEDED],
    [2, UTF8_NAMES],
    [2, DEFLATED],
    [2, TIME],
    [2, DATE],
    [4, checksum],
    [4, data.length],
    [4, size],
    [2, name.length],
    [2, 0],
  );
}

function localHeader(entry: Packed): Buffer {
  return Buffer.concat([fields([4, 0x04034b50]), description(entry)]);
}

function centralHeader(entry: Packed, offset: number): Buffer {
  const attributes = ((REGULAR_FILE | entry.mode) << 16) >>> 0;
  return Buffer.concat([
    fields([4, 0x02014b50], [2, MADE_BY_UNIX]),
    description(entry),
    fields([2, 0], [2, 0], [2, 0], [4, attributes], [4, offset]),
  ]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  return fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  );
}

function fields(...items: readonly (readonly [width: 2 | 4, value: number])[]): Buffer {
  const bytes = Buffer.alloc(items.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of items) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}
