const BLOCK = 512;

/**
 * Reads one file of a tar archive (POSIX ustar), as npm packs it.
 *
 * @throws Error if the archive does not contain it
 */
export function findInTar(tar: Buffer, name: string): Buffer {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const entry = text(tar, at, 100);
    const size = Number.parseInt(text(tar, at + 124, 12), 8) || 0;
    const start = at + BLOCK;
    if (entry === name) return tar.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`the archive has no ${name}`);
}

function text(tar: Buffer, start: number, width: number): string {
  const field = tar.toString('latin1', start, start + width);
  return field.split('\0', 1)[0]?.trim() ?? '';
}
