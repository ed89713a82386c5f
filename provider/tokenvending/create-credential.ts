import type { DocumentMembers } from '../../client/registry-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { ChangedCredential } from '../../lib/http/registry-wire.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { pathOf } from '../framework/values/path.ts';
import type { RegistryCalls } from './registry-calls.ts';

/** A credential to register. */
export interface NewCredential {
  readonly credential: string;
  /** Holds secrets: never log it. */
  readonly document: DocumentMembers;
  /** Whether the registry obtains a token with the document first. */
  readonly test: boolean;
  /** Days of the deletion that takes a restoration back. */
  readonly recoveryDays: number;
}

/**
 * Registers a credential. One that is scheduled for deletion is restored, and its document replaced.
 *
 * @throws DiagnosticError if the credential exists; TokenVendingError, after which it is as it was
 */
export async function createCredential(
  calls: RegistryCalls,
  created: NewCredential,
): Promise<ChangedCredential> {
  const { credential, document, test } = created;
  try {
    return await calls.change((registry, signal) =>
      registry.put(credential, document, { version: 'none', test, signal }),
    );
  } catch (error) {
    if (!isCode(error, 'version_conflict')) throw error;
    if (await exists(calls, credential)) throw existing(credential, error);
  }
  return await restoreAndReplace(calls, created);
}

/** Whether a credential exists that is not scheduled for deletion. */
async function exists(calls: RegistryCalls, credential: string): Promise<boolean> {
  try {
    await calls.read((registry, signal) => registry.describe(credential, signal));
    return true;
  } catch (error) {
    if (isCode(error, 'credential_unknown')) return false;
    throw error;
  }
}

async function restoreAndReplace(
  calls: RegistryCalls,
  { credential, document, test, recoveryDays }: NewCredential,
): Promise<ChangedCredential> {
  const { version_id: version } = await calls.change((registry, signal) =>
    registry.restore(credential, signal),
  );
  try {
    return await calls.finish((registry, signal) =>
      registry.put(credential, document, { version, test, signal }),
    );
  } catch (error) {
    // Nothing of a failed creation stays, least of all a credential that was deleted.
    await calls
      .finish((registry, signal) => registry.delete(credential, { version, recoveryDays, signal }))
      .catch((cause: unknown) => {
        throw leftRestored(credential, error, cause);
      });
    throw error;
  }
}

function existing(credential: string, cause: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      summary: `${credential} exists already`,
      detail: `Somebody registered it, or the response of an earlier attempt was lost. To manage it with this resource, import it: terraform import <address of the resource> ${credential}`,
      path: pathOf('credential'),
    },
    { cause },
  );
}

function leftRestored(credential: string, error: unknown, cause: unknown): DiagnosticError {
  const why = error instanceof TokenVendingError ? ` ${error.message}` : '';
  return new DiagnosticError(
    {
      summary: `${credential} is restored, but has its old document`,
      detail: `Its deletion was taken back, and then its document could not be replaced.${why} Deleting it again failed, too. Delete it (token-vending credentials delete ${credential}), or import it: terraform import <address of the resource> ${credential}`,
      path: pathOf('credential'),
    },
    { cause },
  );
}

/** Whether an error has a code. */
export function isCode(error: unknown, code: TokenVendingError['code']): boolean {
  return error instanceof TokenVendingError && error.code === code;
}
