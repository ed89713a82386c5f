import type { TokenClient } from '../client/index.ts';
import { TokenVendingError } from '../client/token-vending-error.ts';

export interface ProbeSettings {
  readonly client: Pick<TokenClient, 'getToken'>;
  /** Must be vended: `team/name`. */
  readonly credential: string;
  /** Must be refused: `team/name`. */
  readonly refused: string;
}

export interface ProbeOutcome {
  readonly expected: 'token' | 'refusal';
  readonly passed: boolean;
  /** Code of the error that came; absent where a token came. */
  readonly code: string | undefined;
}

/** Asks for a token that must be vended, and for one that must be refused. Keeps none, and never throws. */
export async function probe(settings: ProbeSettings): Promise<readonly ProbeOutcome[]> {
  const { client, credential, refused } = settings;
  const [vended, denied] = await Promise.all([
    requestToken(client, credential),
    requestToken(client, refused),
  ]);
  return [
    { expected: 'token', passed: vended === undefined, code: vended },
    // Another failure is none of policy's doing, and proves nothing.
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
