import { parseCredentialDocument } from '../credential/document.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { cleanFinding, secretsOf } from '../grant/clean-finding.ts';
import type { TestedCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf, failed } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import type { StoredDocument } from './credential-secrets.ts';
import { patchDocument } from './document-change.ts';
import { checkProposal } from './proposal.ts';
import type { Registry } from './registry.ts';
import { credentialOf, documentOf, MERGE_PATCH, queryOf } from './registry-request.ts';
import { type PassedTest, type TestedDocument, TestFailed, testDocument } from './test-document.ts';

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
    let result: PassedTest | TestFailed;
    try {
      result = await testDocument(parts, context, access, tested);
    } catch (thrown) {
      // Without its record, nothing is known of the test.
      if (!(thrown instanceof TestFailed)) throw thrown;
      result = thrown;
      await recorder.record(context, failed(thrown, access));
    }
    const version = { versionBefore: stored.versionId, versionAfter: stored.versionId };
    const passed = !(result instanceof TestFailed);
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
    return { document, members, versionId, changed: [] };
  }
  const proposal = checkProposal(members, patchDocument(members, patch), patch, reading);
  return { ...proposal, versionId: undefined };
}

function describe(
  id: CredentialId,
  { document: { issuer, authentication }, versionId }: TestedDocument,
  result: PassedTest | TestFailed,
  now: number,
): TestedCredential {
  const tested = {
    credential: formatCredentialId(id),
    version_id: versionId,
    issuer,
    token_endpoint_auth_method: authentication.method,
  };
  if (result instanceof TestFailed) {
    const { error, suggestions, ...failed } = result.failed;
    return { ...tested, passed: false, ...failed, error: { ...error, suggestions } };
  }
  const { stages, token, revocation } = result;
  const { scope, implicitScope = [], audience } = cleanFinding(token, secretsOf(authentication));
  return {
    ...tested,
    passed: true,
    stages,
    token: {
      expires_in: Math.floor((token.expiresAt - now) / 1000),
      scope: scope.join(' '),
      implicit_scope: implicitScope.join(' '),
      audience,
      sha256: token.sha256,
    },
    revocation,
  };
}
