import { TokenVendingError } from '../../client/token-vending-error.ts';
import { CommandError } from '../command-error.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { describeEndpointProof, type EndpointQuestion, proveAtEndpoint } from './endpoint-proof.ts';

/** Whether the function can sign for a credential that was just stored. */
export interface FunctionCheck {
  readonly result: 'signed' | 'not_checked' | 'failed';
  readonly lines: readonly string[];
  /** Why it failed or was not checked. */
  readonly error?: unknown;
}

/** Requests a token at the endpoint. Its error is a result, because the document is stored already. */
export async function checkFunction(question: EndpointQuestion): Promise<FunctionCheck> {
  try {
    const proof = await proveAtEndpoint(question);
    const result = proof.source === 'minted' ? 'signed' : 'not_checked';
    return { result, lines: describeEndpointProof(proof) };
  } catch (error) {
    const result = isOfCredential(error) ? 'failed' : 'not_checked';
    return { result, lines: [`endpoint  ${textOf(error)}`], error };
  }
}

// Any other error says nothing about the credential: no permission, no endpoint.
const OF_CREDENTIAL: readonly number[] = [6, 7, 8];

function isOfCredential(error: unknown): boolean {
  return error instanceof TokenVendingError && OF_CREDENTIAL.includes(exitCodeOf(error));
}

function textOf(error: unknown): string {
  if (error instanceof CommandError && error.exitCode === 2)
    return 'not checked that the function may sign: no endpoint is known (--endpoint)';
  const text = error instanceof Error ? error.message : String(error);
  return isOfCredential(error)
    ? 'the function obtained no token'
    : `not checked that the function may sign: ${text}`;
}
