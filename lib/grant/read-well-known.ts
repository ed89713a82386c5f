import type { CredentialDocument } from '../credential/document.ts';
import { VendError } from '../errors/vend-error.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { wellKnownUrls } from './server-metadata.ts';

/** Metadata as received. */
export interface WellKnown {
  readonly json: Readonly<Record<string, unknown>>;
  /** URLs of the documents it is from. */
  readonly urls: readonly URL[];
  /** URLs of further documents that were not read. */
  readonly rest: readonly URL[];
}

/**
 * Reads the first valid metadata of a server. A document that is missing or invalid does not hide
 * the next one.
 *
 * @param check throws if the metadata is invalid
 * @throws VendError `upstream_*`: the first error; `upstream_invalid` if there is no document
 */
export async function readWellKnown(
  server: Pick<AuthorizationServer, 'readMetadata'>,
  document: CredentialDocument,
  check: (json: unknown) => void,
  signal: AbortSignal,
  urls: readonly URL[] = wellKnownUrls(document.issuer),
): Promise<WellKnown> {
  let first: unknown;
  for (const [index, url] of urls.entries()) {
    try {
      const json = await server.readMetadata(url, signal);
      if (json === undefined) continue;
      check(json);
      return { json: json as WellKnown['json'], urls: [url], rest: urls.slice(index + 1) };
    } catch (error) {
      signal.throwIfAborted();
      // A server that is failing would fail at the next URL too.
      if (VendError.from(error).retryable) throw first ?? error;
      first ??= error;
    }
  }
  throw first ?? noMetadata(urls);
}

function noMetadata(urls: readonly URL[]): VendError {
  return new VendError('upstream_invalid', {
    says: `The authorization server has no metadata at ${urls.map(({ href }) => href).join(' nor at ')}, and the credential document has no token_endpoint.`,
    advice:
      'Correct issuer in the credential document, or set token_endpoint and jwks_uri for a server without metadata.',
    detail: 'metadata: none',
  });
}
