import { requirePrimary } from './secret-replication.ts';
import type { Secret, SecretStore } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

/** The members of a request. */
export interface Input {
  readonly [member: string]: unknown;
}

export const stringOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** The secret that the request names. */
export function need(store: SecretStore, input: Input): Secret {
  const secret = store.find(stringOf(input['SecretId']) ?? '');
  if (secret === undefined) {
    throw new ServiceError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }
  return secret;
}

/** A secret that is not scheduled for deletion. */
export function needLive(store: SecretStore, input: Input): Secret {
  const secret = need(store, input);
  if (secret.deletedAt !== undefined) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** A secret that may be changed. */
export function needPrimary(store: SecretStore, input: Input): Secret {
  const secret = needLive(store, input);
  requirePrimary(secret);
  return secret;
}
