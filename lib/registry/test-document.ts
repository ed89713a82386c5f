import type { AuditedAccess } from '../audit/event.ts';
import type { CredentialDocument } from '../credential/document.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Revocation } from '../grant/authorization-server.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../grant/ceiling.ts';
import type { Exchange } from '../grant/exchange.ts';
import { type FailedGrant, failedGrantOf } from '../grant/failed-grant.ts';
import type { GrantFinding } from '../grant/grant-finding.ts';
import { stagesOf } from '../grant/grant-stages.ts';
import type { GrantStages } from '../http/grant-stages.ts';
import { Deadline } from '../time/deadline.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import type { MintedToken } from '../token/minted-token.ts';
import { MintError } from '../vending/mint-error.ts';
import type { RequestContext } from '../vending/request-context.ts';
import type { Registry } from './registry.ts';

export type TestParts = Pick<Registry, 'budgets' | 'clock' | 'grants' | 'recorder'>;

/** A document to test. */
export interface TestedDocument {
  readonly document: CredentialDocument;
  /** Id of its version; absent if it is not stored and will not be. */
  readonly versionId: string | undefined;
  /** The document in JSON. Holds secrets. */
  readonly members: DocumentJson;
}

/** The token that was obtained with a document, without the token itself. */
export interface PassedTest {
  readonly stages: GrantStages;
  readonly token: Omit<MintedToken, 'accessToken'>;
  /** `failed`: the server did not revoke the token, though it offers that. */
  readonly revocation: Revocation | 'failed';
}

/** No token was obtained with a document. The response has the stages. */
export class TestFailed extends MintError {
  readonly failed: FailedGrant;

  constructor(error: VendError, failed: FailedGrant, mintId: string) {
    const { error: shown, ...members } = failed;
    super(error.withText(shown.message).withAdvice(shown.advice).withMembers(members), mintId);
    this.failed = failed;
  }
}

/**
 * Obtains one token with a document and revokes it if the server supports that. The token is
 * announced and recorded like any other, and so is its revocation. Nobody gets it.
 *
 * @throws VendError `budget_exhausted` before anything is announced
 * @throws TestFailed the errors of a grant
 * @throws MintError `audit_unavailable`
 */
export async function testDocument(
  parts: TestParts,
  context: RequestContext,
  access: AuditedAccess,
  tested: TestedDocument,
): Promise<PassedTest> {
  const { budgets, clock } = parts;
  const { document, members } = tested;
  const findings: GrantFinding[] = [];
  const observe = (finding: GrantFinding) => void findings.push(finding);
  budgets.spend('mints', context.caller.principalArn);
  const mintId = clock.uuid();
  try {
    using deadline = new Deadline(clock, GRANT_TIMEOUT, upstreamTimeout, context.signal);
    const exchange = { deadline, times: context.times, observe };
    const token = await mint(parts, context, access, { ...tested, mintId }, exchange);
    const revocation = await revoke(parts, context, access, { ...tested, token }, exchange);
    const { accessToken: _, ...shown } = token;
    return { stages: stagesOf(findings, document), token: shown, revocation };
  } catch (thrown) {
    const error = VendError.from(thrown);
    if (error.code === 'audit_unavailable') throw new MintError(error, mintId);
    throw new TestFailed(error, failedGrantOf(error, findings, document, members), mintId);
  }
}

async function mint(
  { grants, recorder }: TestParts,
  context: RequestContext,
  access: AuditedAccess,
  { document, versionId, mintId }: TestedDocument & { readonly mintId: string },
  exchange: Exchange,
): Promise<MintedToken> {
  await recorder.record(context, { kind: 'announced', access, mintId });
  const request = withinCeiling(NOTHING_REQUESTED, document);
  const { token: checked, metadata } = await grants.obtain(document, request, exchange);
  const token = { ...checked, mintId, credential: access.credential };
  const mint = {
    mintId,
    issuer: metadata.issuer,
    tokenEndpoint: metadata.tokenEndpoint,
    authMethod: document.authentication.method,
    secretVersion: versionId,
    grantedFor: request,
  };
  await recorder.record(context, { kind: 'minted', access, mint, token });
  return token;
}

async function revoke(
  { grants, recorder }: TestParts,
  context: RequestContext,
  access: AuditedAccess,
  { document, token }: Pick<TestedDocument, 'document'> & { readonly token: MintedToken },
  exchange: Exchange,
): Promise<PassedTest['revocation']> {
  const { sha256: tokenSha256, accessToken } = token;
  await recorder.record(context, { kind: 'revocation-announced', access, tokenSha256 });
  const upstream = await grants
    .revoke(document, accessToken, exchange)
    // The token ends by itself, and nobody has it.
    .catch(() => 'failed' as const);
  await recorder.record(context, { kind: 'revoked', access, tokenSha256, evicted: 0, upstream });
  return upstream;
}
