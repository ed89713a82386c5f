import type { Callers } from '../../local/callers.ts';

/** Credentials of a caller for a client of the AWS SDK. */
export function sdkCredentials(callers: Callers, name: string) {
  const { accessKeyId, secretAccessKey, sessionToken } = callers.get(name) ?? {
    accessKeyId: '',
    secretAccessKey: '',
    sessionToken: undefined,
  };
  return async () => ({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
}
