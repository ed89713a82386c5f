const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i;

/**
 * When an identifier of this system was made (UUIDv7, RFC 9562 section 5.7).
 *
 * @returns milliseconds since the Unix epoch; infinite, which is never before anything, if the
 *   identifier is none of this system
 */
export function timeOfUuid(uuid: string): number {
  const [, high, low] = UUID_V7.exec(uuid) ?? [];
  return high === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(`${high}${low}`, 16);
}
