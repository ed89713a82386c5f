const CENTRAL_HEADER = 0x02014b50;

/** The Unix file modes of an archive's entries, from its central directory. */
export function readModes(archive: Buffer): Record<string, number> {
  const modes: Record<string, number> = {};
  let at = archive.readUInt32LE(archive.length - 6);
  while (archive.readUInt32LE(at) === CENTRAL_HEADER) {
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    modes[archive.toString('utf8', at + 46, nameEnd)] = archive.readUInt32LE(at + 38) >>> 16;
    at = nameEnd;
  }
  return modes;
}
