/**
 * Port: the key that signs anchors. Nothing else may use it.
 *
 * @throws from `sign` if there is no signature; the anchor is not stored then
 */
export interface AnchorSigner {
  /**
   * ECDSA with P-256 and SHA-256.
   *
   * @param message at most 4096 bytes; it is hashed by the signer
   * @returns the signature in DER
   */
  sign(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}
