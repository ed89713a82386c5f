const INTEGER = 0x02;

/**
 * An ECDSA signature in the form of JWS (RFC 7518 section 3.4): `r` and `s`, each of fixed length.
 *
 * @param der as KMS returns it: a sequence of two integers (RFC 3279 section 2.2.3)
 * @param coordinate bytes of `r` and of `s`
 * @throws Error if the bytes are no such signature
 */
export function joseSignature(der: Uint8Array, coordinate: number): Uint8Array {
  // The length of the sequence takes two bytes from 128 bytes on (P-521).
  const start = der[1] === 0x81 ? 3 : 2;
  const r = readInteger(der, start);
  const s = readInteger(der, r.end);
  if (der[0] !== 0x30 || s.end !== der.length) throw malformed();
  return Uint8Array.from([...toFixed(r.bytes, coordinate), ...toFixed(s.bytes, coordinate)]);
}

function readInteger(der: Uint8Array, at: number) {
  const length = der[at + 1];
  if (der[at] !== INTEGER || length === undefined) throw malformed();
  const end = at + 2 + length;
  return { bytes: der.subarray(at + 2, end), end };
}

// DER has neither leading zeros nor a negative number: it is shorter, or longer by a zero.
function toFixed(bytes: Uint8Array, length: number): readonly number[] {
  const digits = [...bytes.subarray(bytes[0] === 0 ? 1 : 0)];
  if (digits.length > length) throw malformed();
  return [...Array<number>(length - digits.length).fill(0), ...digits];
}

function malformed(): Error {
  return new Error('the signature is not an ECDSA signature in DER');
}
