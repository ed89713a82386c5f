import type { PolicyReload } from '../access/cedar/reload.ts';
import type { VendError } from '../errors/vend-error.ts';
import { framesOf, nameOf } from '../errors/without-body.ts';
import { printLine } from './print-line.ts';

/** The request of an error. */
export interface FailedRequest {
  readonly requestId: string;
  /** `team/name`, if the request was about a credential. */
  readonly credential?: string | undefined;
}

/**
 * Prints one JSON line for each error on standard output, for operators: its public text, the stage
 * of the flow and the private detail, such as the registered error code of a server. Of a foreign
 * error it prints only the name, and for a bug the stack frames, because messages of foreign errors
 * may quote their input.
 */
export function reportError(error: VendError, { requestId, credential }: FailedRequest): void {
  const { code, stage, message, detail, cause } = error;
  const line = {
    level: error.row.status >= 500 ? 'ERROR' : 'INFO',
    message: 'request failed',
    requestId,
    credential,
    stage,
    code,
    description: message,
    detail,
    cause: nameOf(cause),
    frames:
      code === 'internal' && cause instanceof Error ? framesOf(cause).slice(0, 10) : undefined,
  };
  print(line);
}

/** Prints one JSON line for each reload of policies. */
export function reportPolicyReload(outcome: PolicyReload): void {
  print(
    'error' in outcome
      ? {
          level: 'ERROR',
          message: 'access policies not loaded; the previous policies stay in force',
          code: outcome.error.code,
          detail: outcome.error.message,
        }
      : { level: 'INFO', message: 'access policies loaded', policyVersion: outcome.version },
  );
}

function print(line: object): void {
  printLine(JSON.stringify(line));
}
