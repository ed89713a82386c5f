import type { RegistryClient } from '../../client/registry-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';

/**
 * Reads a credential before it is changed.
 *
 * @param remedy what the user can do without the right to read it
 * @throws TokenVendingError any code
 */
export async function readBefore(
  registry: Pick<RegistryClient, 'describe'>,
  credential: string,
  remedy: string,
  signal: AbortSignal,
): Promise<RegisteredCredential> {
  try {
    return await registry.describe(credential, signal);
  } catch (error) {
    if (!(error instanceof TokenVendingError && error.code === 'policy_denied')) throw error;
    const { code, message, advice, status, requestId } = error;
    throw new TokenVendingError(code, {
      says: message,
      advice: `This command reads the credential before it changes it, for which policy must permit describeCredential. ${remedy} ${advice}`,
      status,
      requestId,
    });
  }
}

/** Id of the current version of a credential; `none` if it does not exist. */
export async function currentVersion(
  registry: Pick<RegistryClient, 'describe'>,
  credential: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const remedy = 'Without it, name the version: --if-version ID, or --if-absent for a new one.';
    return (await readBefore(registry, credential, remedy, signal)).version_id;
  } catch (error) {
    if (error instanceof TokenVendingError && error.code === 'credential_unknown') return 'none';
    throw error;
  }
}
