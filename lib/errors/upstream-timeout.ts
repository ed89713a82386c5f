import { VendError } from './vend-error.ts';

/** What a deadline ends with if an authorization server takes too long. */
export function upstreamTimeout(): VendError {
  return new VendError('upstream_timeout');
}
