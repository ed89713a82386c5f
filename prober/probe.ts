import type { TokenClient } from '../client/index.ts';
import { TokenVendingError } from '../client/token-vending-error.ts';

export interface ProbeSettings {
  readonly client: Pick<TokenClient, 'getToken'>;
  /** Must be vended: `team/name`. */
  readonly credential: string;
  /** Must be denied: `team/name`. */
  readonly refused: string;
}

export interface ProbeOutcome {
  readonly expected: 'token' | 'refusal';
  readonly passed: boolean;
  /** Code of the error; absent if a token was returned. */
  readonly code: string | undefined;
}

/**
 * Requests a token that must be vended, and one that must be denied. It keeps no token and never
 * throws.
 */
export async function probe(settings: ProbeSettings): Promise<readonly ProbeOutcome[]> {
  const { client, credential, refused } = settings;
  const [vended, denied] = await Promise.all([
    requestToken(client, credential),
    requestToken(client, refused),
  ]);
  return [
    { expected: 'token', passed: vended === undefined, code: vended },
    // Any other error does not come from policy, so it does not count as denied.
    { expected: 'refusal', passed: denied === 'policy_denied', code: denied },
  ];
}

async function requestToken(
  client: ProbeSettings['client'],
  credential: string,
): Promise<string | undefined> {
  try {
    await client.getToken({ credential, fresh: true });
    return undefined;
  } catch (error) {
    return error instanceof TokenVendingError ? error.code : 'internal';
  }
}
