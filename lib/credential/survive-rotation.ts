import { VendError } from '../errors/vend-error.ts';
import type { RequestContext } from '../vending/request-context.ts';
import type { Vending } from '../vending/vending.ts';
import { type ClientEndpoint, chooseSecret, throwIfRefused } from './choose-secret.ts';
import { formatCredentialId } from './id.ts';
import type { Credential } from './source.ts';

/**
 * Makes a request that presents a secret, and makes it again with another version where the server refuses the client,
 * until none is left that is worth a try.
 *
 * @param request must throw `credential_refused` only where the server refused the client
 * @throws VendError what `request` throws; the errors of {@link chooseSecret}
 */
export async function surviveRotation<T>(
  vending: Vending,
  context: RequestContext,
  credential: Credential,
  endpoint: ClientEndpoint,
  signal: AbortSignal,
  request: (credential: Credential) => Promise<T>,
): Promise<T> {
  try {
    throwIfRefused(vending, credential, endpoint);
    const memory = vending.refusals[endpoint];
    const { id, versionId } = credential;
    return await memory.present(formatCredentialId(id), versionId, signal, () =>
      request(credential),
    );
  } catch (error) {
    if (VendError.from(error).code !== 'credential_refused') throw error;
    const other = await findOther(vending, context, credential, endpoint, signal);
    if (other === undefined) throw error;
    return await surviveRotation(vending, context, other, endpoint, signal, request);
  }
}

async function findOther(
  vending: Vending,
  context: RequestContext,
  credential: Credential,
  endpoint: ClientEndpoint,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  try {
    return await chooseSecret(vending, context, credential, endpoint, signal);
  } catch (error) {
    // The refusal that just came says more than the memory of it.
    if (VendError.from(error).code === 'credential_refused') return undefined;
    throw error;
  }
}
