import { type AwsSigners, openAwsAssertions } from '../lib/grant/aws-assertions.ts';
import type { ClientAssertions } from '../lib/grant/client-assertions.ts';
import { systemClock } from '../lib/time/system-clock.ts';

// Attempts have time limits of ours, which those of the SDK do not know.
const ONCE = { maxAttempts: 1 };

/**
 * Assertions of the clients that AWS vouches for, with the role of the function. Each client of the
 * SDK is its own chunk, so that a process loads only those that its documents need.
 */
export function openFunctionAssertions(): ClientAssertions {
  let kms: ReturnType<AwsSigners['kms']> | undefined;
  let webIdentity: ReturnType<AwsSigners['webIdentity']> | undefined;
  const openKms = async () => (await import('../lib/signing/kms-signer.ts')).openKmsSigner(ONCE);
  const openSts = async () =>
    (await import('../lib/signing/web-identity.ts')).openWebIdentity(ONCE);
  return openAwsAssertions(
    {
      kms: () => (kms ??= openKms()),
      webIdentity: () => (webIdentity ??= openSts()),
    },
    systemClock,
  );
}
