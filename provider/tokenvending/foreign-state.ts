import { findCredentialId } from '../../lib/credential/id.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { ImportRequest } from '../framework/dispatch/resource.ts';
import type { JsonRecord } from '../framework/values/json-decode.ts';
import type { Connection } from './connection.ts';
import { type CredentialState, RECOVERY_DAYS } from './credential-schema.ts';

/** @throws DiagnosticError if the identifier is not `team/name` */
export async function importCredential({
  id,
}: ImportRequest<Connection>): Promise<Partial<CredentialState>> {
  if (findCredentialId(id) === undefined) {
    throw new DiagnosticError({
      summary: 'Not the name of a credential',
      detail: 'Import by team/name, such as checkout/orders-api.',
    });
  }
  return { credential: id, recovery_window_in_days: RECOVERY_DAYS, test_on_change: true };
}

/**
 * Version 0 is that of the resource that wrote secrets itself. Its name, key and ARN of the secret
 * are those of the registry now. A deletion without recovery no longer exists.
 */
export function upgradeCredential(_version: number, state: JsonRecord): JsonRecord {
  const { prefix: _prefix, kms_key_id: _key, arn: _arn, ...rest } = state;
  const days = rest['recovery_window_in_days'];
  return {
    ...rest,
    recovery_window_in_days: days === 0 ? RECOVERY_DAYS : (days ?? RECOVERY_DAYS),
    test_on_change: true,
  };
}
