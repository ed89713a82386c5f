import { expiryOf } from '../credential/client-certificate.ts';
import { formatCredentialId } from '../credential/id.ts';
import type { Credential } from '../credential/source.ts';
import type { Measurement } from './measure.ts';

const DAY = 86_400_000;

/**
 * The days until the certificate of a client expires, for whoever has to replace it in time.
 *
 * @param now milliseconds since the Unix epoch
 * @returns nothing if the credential has no certificate, or is disabled
 */
export function measureCertificate({ id, document }: Credential, now: number): Measurement[] {
  const { authentication, status } = document;
  if (!('clientCertificate' in authentication) || status === 'disabled') return [];
  const left = expiryOf(authentication.clientCertificate) - now;
  return [
    {
      metric: 'certificateDaysLeft',
      value: Math.floor(left / DAY),
      dimensions: { Credential: formatCredentialId(id) },
    },
  ];
}
