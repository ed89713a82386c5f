import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { FailedTest } from '../../lib/http/grant-stages.ts';
import type { TestedCredential } from '../../lib/http/registry-wire.ts';
import type { Ui } from '../ui.ts';
import { describeSuggestions } from './describe-suggestions.ts';
import { describeTrace } from './describe-trace.ts';

/** The stages of a test that obtained a token, and the token in a few lines. */
export function describePassedTest({ stages, token, revocation }: TestedCredential): string[] {
  const { expires_in, scope, implicit_scope, audience = [] } = token ?? {};
  return [
    ...describeTrace(stages),
    `lifetime  ${expires_in ?? '-'} s`,
    `scope     ${scope || '-'}`,
    ...(implicit_scope ? [`implicit  ${implicit_scope}`] : []),
    `audience  ${audience.join(' ') || '-'}`,
    ...(revocation === undefined ? [] : [`token     ${REVOCATIONS[revocation]}`]),
  ];
}

const REVOCATIONS: Readonly<Record<NonNullable<TestedCredential['revocation']>, string>> = {
  revoked: 'revoked',
  unsupported: 'discarded; the server does not revoke such tokens, so it is valid until it expires',
  failed: 'discarded; the revocation failed, so the token is valid until it expires',
};

/** The stages up to the one that failed, and changes of the document that may help. */
export function describeFailedTest(
  { stages, failed_stage, suggestions }: FailedTest,
  code: string,
) {
  return [
    ...describeTrace(stages),
    `failed    ${failed_stage} (${code})`,
    ...describeSuggestions(suggestions),
  ];
}

/**
 * Shows what the test of a document found that was not stored because of it. The program shows the
 * error itself.
 */
export function showRefusedDocument(
  { out }: Pick<Ui, 'out'>,
  thrown: unknown,
  {
    credential,
    json = false,
  }: { readonly credential: string; readonly json?: boolean | undefined },
): void {
  if (!(thrown instanceof TokenVendingError) || thrown.failedTest === undefined) return;
  const { code, message, advice, failedTest } = thrown;
  const { suggestions, ...found } = failedTest;
  if (json) {
    const error = { code, message, advice, suggestions };
    out(JSON.stringify({ credential, ...found, error }));
    return;
  }
  out(`${credential} is not stored`);
  for (const line of describeFailedTest(failedTest, code)) out(`  ${line}`);
}
