/** Terraform keeps these bytes for a provider without reading them: JSON, or none. */
export function toJsonBytes(data: unknown): Uint8Array {
  return data === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(data));
}

export function fromJsonBytes(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  return JSON.parse(Buffer.from(bytes).toString());
}
