import { parseCredentialDocument } from '../credential/document.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { TestedCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf, failed } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import type { StoredDocument } from './credential-secrets.ts';
import { patchDocument } from './document-change.ts';
import { checkProposal } from './proposal.ts';
import type { Registry } from './registry.ts';
import { credentialOf, documentOf, MERGE_PATCH, queryOf } from './registry-request.ts';
import { type PassedTest, type TestedDocument, testDocument } from './test-document.ts';

/**
 * `POST /credentials/{team}/{name}/test`: obtains one token with the current document, or with the
 * document that a merge patch in the body would make of it, and revokes the token where possible.
 * Nothing is stored. A patch also needs the permission to change the credential: it may name any
 * server.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending. A test
 *   that fails is a response
 */
export async function testCredential(parts: Registry, context: RequestContext): Promise<Ending> {
  const { authorizer, registered, recorder, clock } = parts;
  const { http } = context;
  const id = credentialOf(http);
  queryOf(http);
  const patch = http.body === '' ? undefined : documentOf(http, MERGE_PATCH);
  const about = requestAbout(id);
  const access = await authorizer.authorize(context, 'testCredential', about);
  if (patch !== undefined) await authorizer.authorize(context, 'registerCredential', about);
  return await endingOf(access, async () => {
    const stored = await registered.find(context, id);
    const { changed, ...tested } = testedOf(parts, stored, patch);
    let result: PassedTest | VendError;
    try {
      result = await testDocument(parts, context, access, tested);
    } catch (thrown) {
      result = VendError.from(thrown);
      // Without its record, nothing is known of the test.
      if (result.code === 'audit_unavailable' || result.code === 'budget_exhausted') throw thrown;
      await recorder.record(context, failed(thrown, access));
    }
    const version = { versionBefore: stored.versionId, versionAfter: stored.versionId };
    const passed = !(result instanceof VendError);
    const registration = {
      operation: 'test',
      members: changed,
      ...version,
      tested: passed,
    } as const;
    await recorder.record(context, { kind: 'registered', access, registration });
    return { kind: 'served', response: describe(id, tested, result, clock.now()) };
  });
}

function testedOf(
  { reading }: Pick<Registry, 'reading'>,
  { members, versionId }: StoredDocument,
  patch: Readonly<Record<string, unknown>> | undefined,
): TestedDocument & { readonly changed: readonly string[] } {
  if (patch === undefined) {
    const document = parseCredentialDocument(JSON.stringify(members), reading);
    return { document, versionId, changed: [] };
  }
  const proposal = checkProposal(members, patchDocument(members, patch), patch, reading);
  return { document: proposal.document, versionId: undefined, changed: proposal.changed };
}

function describe(
  id: CredentialId,
  { document, versionId }: TestedDocument,
  result: PassedTest | VendError,
  now: number,
): TestedCredential {
  const tested = {
    credential: formatCredentialId(id),
    version_id: versionId,
    issuer: document.issuer,
    token_endpoint_auth_method: document.authentication.method,
  };
  if (result instanceof VendError) {
    const { code, message, advice, stage } = result;
    return { ...tested, passed: false, error: { code, message, advice, stage } };
  }
  const { token, revocation } = result;
  return {
    ...tested,
    passed: true,
    token: {
      expires_in: Math.floor((token.expiresAt - now) / 1000),
      scope: token.scope.join(' '),
      audience: token.audience,
      sha256: token.sha256,
    },
    revocation,
  };
}
