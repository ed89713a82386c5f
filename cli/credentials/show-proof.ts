import type { Ui } from '../ui.ts';
import { describeTrace } from './describe-trace.ts';
import { type Proof, ProofFailed } from './prove-document.ts';

/** The stages of a grant that obtained a token, and the token in a few lines. */
export function describeProof(proof: Proof): string[] {
  const { trace, lifetime, scope, implicitScope, audience, revocation } = proof;
  return [
    ...describeTrace(trace),
    `lifetime  ${lifetime} s`,
    `scope     ${scope.join(' ') || '-'}`,
    ...(implicitScope.length > 0 ? [`implicit  ${implicitScope.join(' ')}`] : []),
    `audience  ${audience.join(' ') || '-'}`,
    `token     ${REVOCATIONS[revocation]}`,
  ];
}

const REVOCATIONS: Readonly<Record<Proof['revocation'], string>> = {
  revoked: 'revoked',
  unsupported: 'discarded; the server does not revoke such tokens, so it is valid until it expires',
  failed: 'discarded; the revocation failed, so the token is valid until it expires',
};

/** The same as data. */
export function proofToJson(proof: Proof) {
  const { trace, authMethod, lifetime, scope, implicitScope, audience, revocation } = proof;
  return {
    issuer: trace.metadata?.issuer,
    token_endpoint: trace.metadata?.token_endpoint,
    token_endpoint_auth_method: authMethod,
    lifetime,
    scope: scope.join(' '),
    implicit_scope: implicitScope.join(' '),
    audience,
    revoked: revocation === 'revoked',
    revocation,
    stages: trace,
  };
}

/**
 * Shows the stages up to the one that failed, if no token was obtained. The error itself is shown
 * by the program.
 *
 * @param outcome what follows the name of the credential, such as `is not stored`
 */
export function showFailedProof(
  { out }: Pick<Ui, 'out'>,
  thrown: unknown,
  { credential, outcome, json }: { credential: string; outcome: string; json: boolean },
): void {
  if (!(thrown instanceof ProofFailed)) return;
  const { stages, failed_stage, error, suggestions } = thrown.failed;
  if (json) {
    const failure = { failed_stage, error: { ...error, suggestions } };
    out(JSON.stringify({ credential, stages, ...failure }));
    return;
  }
  out(`${credential} ${outcome}`);
  for (const line of describeTrace(stages)) out(`  ${line}`);
  out(`  failed    ${failed_stage} (${error.code})`);
}
