import { VendError } from './vend-error.ts';

/** The error of a deadline if an authorization server takes too long. */
export function upstreamTimeout(): VendError {
  return new VendError('upstream_timeout');
}
