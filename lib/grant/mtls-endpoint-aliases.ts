import type { CredentialDocument } from '../credential/document.ts';
import { isJsonObject, type JsonObject } from '../http/json.ts';

/** A member of metadata that names an endpoint, and its value, not validated. */
export interface EndpointMember {
  /** As texts name it: `mtls_endpoint_aliases.token_endpoint`. */
  readonly name: string;
  readonly value: unknown;
}

/**
 * The endpoint that a client uses. Some servers request a certificate only at endpoints of their own,
 * which a client with a certificate has to prefer (RFC 8705 section 5). Other clients never use these.
 */
export function endpointMember(
  metadata: JsonObject,
  name: string,
  { authentication }: Pick<CredentialDocument, 'authentication'>,
): EndpointMember {
  const aliases = metadata['mtls_endpoint_aliases'];
  const alias =
    'clientCertificate' in authentication && isJsonObject(aliases) ? aliases[name] : undefined;
  return alias === undefined
    ? { name, value: metadata[name] }
    : { name: `mtls_endpoint_aliases.${name}`, value: alias };
}
