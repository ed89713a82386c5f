import type { TokenVendingError } from '../../client/token-vending-error.ts';
import { findUpstreamRequest } from '../../lib/grant/upstream-error.ts';

/** The steps at the authorization server, in their order. */
const STAGES = ['metadata', 'client', 'request', 'keys', 'token'] as const;

export type UpstreamStage = (typeof STAGES)[number];

/**
 * The step at which the authorization server, or the check of its token, failed. The endpoint names
 * the request in the text of the error.
 *
 * @returns `undefined` if the token was refused before a request to the server
 */
export function upstreamStageOf({ code, message }: TokenVendingError): UpstreamStage | undefined {
  switch (code) {
    case 'upstream_invalid':
    case 'upstream_unavailable':
    case 'upstream_timeout':
    case 'upstream_rate_limited':
      return STAGE_OF[findUpstreamRequest(message) ?? 'metadata'];
    case 'credential_refused':
      return 'client';
    case 'token_unacceptable':
      return 'token';
    // The endpoint refuses both by the credential document, too.
    case 'scope_refused':
    case 'target_refused':
      return /^The authorization server /.test(message) ? 'request' : undefined;
    default:
      return undefined;
  }
}

const STAGE_OF = { metadata: 'metadata', token: 'request', keys: 'keys' } as const;

/** Whether the grant got beyond `stage` before it failed at `failed`. */
export function isBeyond(failed: UpstreamStage, stage: UpstreamStage): boolean {
  return STAGES.indexOf(failed) > STAGES.indexOf(stage);
}
