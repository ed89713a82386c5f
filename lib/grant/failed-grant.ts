import type { CredentialDocument } from '../credential/document.ts';
import type { VendError } from '../errors/vend-error.ts';
import type { FailedTest } from '../http/grant-stages.ts';
import { cleanText, secretsOf } from './clean-finding.ts';
import type { GrantFinding } from './grant-finding.ts';
import { failedStageOf, stagesOf } from './grant-stages.ts';
import { suggestionsOf } from './suggestions.ts';

/** A grant that failed, for a person who looks for the error. It can be printed. */
export interface FailedGrant extends FailedTest {
  readonly error: Pick<VendError, 'code' | 'message' | 'advice'>;
}

/**
 * Describes a grant that failed: its error, the stages up to the one that failed, and possible
 * changes of the document.
 *
 * @param given the document in JSON
 */
export function failedGrantOf(
  { code, message, advice }: VendError,
  findings: readonly GrantFinding[],
  document: CredentialDocument,
  given: Readonly<Record<string, unknown>>,
): FailedGrant {
  const secrets = secretsOf(document.authentication);
  const clean = (line: string) => cleanText(line, secrets);
  return {
    stages: stagesOf(findings, document),
    failed_stage: failedStageOf(findings, code),
    error: { code, message: clean(message), advice: clean(advice) },
    suggestions: suggestionsOf(clean(advice), given, document),
  };
}
