import { TokenVendingError } from '../../client/token-vending-error.ts';
import { PUBLIC_MEMBERS, type PublicMember } from '../../lib/credential/document-members.ts';
import { SECRET_MEMBERS } from '../../lib/credential/document-schema.ts';
import type { FailedTest } from '../../lib/http/grant-stages.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { toArgument } from './credential-document-keys.ts';
import { attributeOf } from './document-attributes.ts';
import { type AttributeByCode, explainError } from './explain-error.ts';
import { UNKNOWN_OUTCOME } from './registry-calls.ts';

/** A call of the registry that failed. */
export interface FailedCall {
  /** What does not happen, as the beginning of a sentence. */
  readonly doing: string;
  /** Attributes that the configuration sets. Only these have a line to show. */
  readonly given: ReadonlySet<string>;
  readonly kind: 'read' | 'change';
  /** Whether the secrets of the configuration were sent. */
  readonly sendsSecrets?: boolean;
}

/** The attribute of each error of a test, and of the registry itself. */
const ATTRIBUTES: AttributeByCode = {
  policy_denied: 'credential',
  credential_unknown: 'credential',
  credential_invalid: 'credential',
  credential_refused: 'client_id',
  scope_refused: 'scope',
  target_refused: 'audience',
  version_conflict: 'credential',
  version_required: 'credential',
  upstream_invalid: 'issuer',
  upstream_rate_limited: 'issuer',
  upstream_timeout: 'issuer',
  upstream_unavailable: 'issuer',
  token_unacceptable: 'issuer',
};

/** Errors after which the registry may have stored the change. */
const UNCERTAIN: readonly string[] = [
  ...['answer_invalid', 'audit_unavailable', 'endpoint_timeout', 'endpoint_unreachable'],
  ...['internal', 'secrets_unavailable'],
];

/**
 * Makes a diagnostic of an error of the registry, at the attribute that it concerns.
 *
 * @returns the error itself if it has no code
 */
export function explainRegistryError(error: unknown, call: FailedCall): unknown {
  if (!(error instanceof TokenVendingError)) return explainError(error, call.doing);
  const member = error.code === 'request_malformed' ? findMember(error.message) : undefined;
  const attributes =
    member === undefined ? ATTRIBUTES : { request_malformed: attributeOf(member as 'issuer') };
  const explained = explainError(error, call.doing, attributes, call.given) as DiagnosticError;
  const more = adviceFor(error, call, member);
  if (more === undefined) return explained;
  const texts = explained.texts.map((text) => ({ ...text, detail: `${text.detail}\n\n${more}` }));
  return new DiagnosticError(texts, { cause: error });
}

/** The first member that the error of a document names. */
function findMember(message: string): string | undefined {
  const found = [...PUBLIC_MEMBERS, ...SECRET_MEMBERS]
    .map((member) => [member, message.search(new RegExp(`(?:^|[:;,] )${member}\\b`))] as const)
    .filter(([, at]) => at >= 0);
  return found.sort(([, a], [, b]) => a - b)[0]?.[0];
}

function adviceFor(
  { code, failedTest }: TokenVendingError,
  { kind, sendsSecrets = true }: FailedCall,
  member = '',
): string | undefined {
  if (code === 'policy_denied')
    return 'A policy must permit describeCredential and registerCredential on the credential. switchCredential is enough for a change of only status and epoch.';
  if (kind === 'read') return undefined;
  if (SECRET_MEMBERS.includes(member) && !sendsSecrets)
    return 'Change secret_version, so that the apply also sends the secrets of the configuration.';
  if (failedTest !== undefined) return adviceOnTest(failedTest);
  return UNCERTAIN.includes(code) ? UNKNOWN_OUTCOME : undefined;
}

function adviceOnTest({ suggestions }: FailedTest): string {
  const changes = Object.entries(suggestions).map(
    ([member, value]) => `Possible change: ${toArgument(member as PublicMember, value)}`,
  );
  return [...changes, 'test_on_change = false stores the document without a test.'].join('\n\n');
}
