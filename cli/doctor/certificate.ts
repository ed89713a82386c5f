import type { CredentialDescription } from '../../lib/http/wire.ts';
import { formatInstant } from '../../lib/time/instant.ts';
import { CERTIFICATE_RENEWED_BEFORE } from '../../lib/time/time-budget.ts';
import { type Finding, failed, passed, warned } from './finding.ts';

const DAY = 86_400_000;

const RENEW =
  'Have another certificate issued, and store it with its key: `token-vending credentials edit --set-file`.';

/**
 * The finding about a credential that can be used, with the expiry of its client certificate.
 *
 * @param detail what is known about the credential
 * @param now milliseconds since the Unix epoch
 */
export function judgeCertificate(
  detail: string,
  { certificate_expires_at: expiresAt }: Pick<CredentialDescription, 'certificate_expires_at'>,
  now: number,
): Finding {
  if (expiresAt === undefined) return passed(detail);
  const until = formatInstant(expiresAt * 1000);
  const left = expiresAt * 1000 - now;
  if (left <= 0)
    return failed(`The client certificate expired at ${until}.`, RENEW, {
      code: 'credential_invalid',
    });
  const days = Math.floor(left / DAY);
  return left < CERTIFICATE_RENEWED_BEFORE
    ? warned(`${detail}; its client certificate expires in ${days} days, at ${until}`, RENEW)
    : passed(`${detail}; client certificate until ${until}`);
}
