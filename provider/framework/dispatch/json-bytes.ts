/** What Terraform keeps for a provider as opaque bytes: JSON, or nothing. */
export function toJsonBytes(data: unknown): Uint8Array {
  return data === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(data));
}

export function fromJsonBytes(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  return JSON.parse(Buffer.from(bytes).toString());
}
