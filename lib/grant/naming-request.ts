import { VendError } from '../errors/vend-error.ts';
import { nameOf, type UpstreamRequest } from './upstream-error.ts';

// Deadlines and circuits do not know the request that they end.
const UNNAMED =
  /^The authorization server (?=did not respond|is failing|limits the rate of this client)/;

/** Makes a request, and names it in the error of a deadline or of an open circuit. */
export async function namingRequest<T>(
  request: UpstreamRequest,
  url: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof VendError && UNNAMED.test(error.message)
      ? error.withText(error.message.replace(UNNAMED, `The ${nameOf(request, new URL(url))} `))
      : error;
  }
}
