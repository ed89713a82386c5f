import { VendError } from '../errors/vend-error.ts';
import { malformed } from '../http/form.ts';
import type { HttpRequest } from '../http/messages.ts';

const TAGS = /^\s*(?:\*|(?:W\/)?"[!#-~]*"(?:\s*,\s*(?:W\/)?"[!#-~]*")*)\s*$/;

/** The `ETag` of a version of a credential (RFC 9110 section 8.8.3). */
export function etagOf(versionId: string): string {
  return `"${versionId}"`;
}

/**
 * Checks the preconditions of a request that changes a credential (RFC 9110 section 13).
 *
 * @param versionId the current version; `undefined` if the credential does not exist
 * @throws VendError `request_malformed` naming the header; `version_conflict`; `version_required` if the credential exists and
 *   the request names no version
 */
export function checkPreconditions(
  { headers }: Pick<HttpRequest, 'headers'>,
  versionId: string | undefined,
): void {
  const ifMatch = tagsOf('If-Match', headers['if-match']);
  const ifNoneMatch = tagsOf('If-None-Match', headers['if-none-match']);
  if (ifNoneMatch !== undefined && !ifNoneMatch.includes('*'))
    throw malformed('If-None-Match must be *: it is for a credential that must not exist yet');
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw malformed('If-Match and If-None-Match must not both be sent');
  if (versionId === undefined) {
    if (ifMatch === undefined) return;
    throw new VendError('version_conflict', { says: 'The credential does not exist.' });
  }
  if (ifNoneMatch !== undefined)
    throw new VendError('version_conflict', { says: 'The credential exists already.' });
  if (ifMatch === undefined) throw new VendError('version_required');
  // Weak tags match nothing here (RFC 9110 section 13.1.1).
  if (!ifMatch.includes('*') && !ifMatch.includes(etagOf(versionId)))
    throw new VendError('version_conflict');
}

function tagsOf(name: string, value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!TAGS.test(value))
    throw malformed(`${name} must be * or the ETag of the credential, with its double quotes`);
  return value.split(',').map((tag) => tag.trim());
}
