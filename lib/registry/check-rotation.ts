import { parseCredentialDocument } from '../credential/document.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import { ENDPOINT_URL_RULE, findEndpointUrl } from '../http/endpoint-url.ts';
import { malformed } from '../http/form.ts';
import { adminCredentialOf, hostsOf, requireHost } from '../rotation/admin-credential.ts';
import { regionOfArn, regionOfAwsHost } from '../rotation/aws-host.ts';
import type { Recipe } from '../rotation/recipe-schema.ts';
import { type RotatedClient, variablesOfClient } from '../rotation/recipe-variables.ts';
import { fillText } from '../rotation/template.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import type { Proposal } from './proposal.ts';
import type { Registry } from './registry.ts';

export type RotationParts = Pick<
  Registry,
  'authorizer' | 'registered' | 'rotationFunction' | 'overlaps' | 'recipes' | 'reading'
>;

const REMEDY =
  'rotation.admin_credential: whoever sets up a rotation must be permitted to change the admin credential, too.';

/**
 * Checks a rotation that a change sets up, so that it does not fail for a reason that is known
 * before: its recipe, the parameters, and where the token of the admin credential is sent. That
 * token may change any client of the server, so whoever sets up a rotation must be permitted to
 * change the admin credential, too.
 *
 * @throws VendError `request_malformed` naming the member and its rule; AccessDenied
 */
export async function checkRotation(
  parts: RotationParts,
  context: RequestContext,
  id: CredentialId,
  { changed, document, members }: Proposal,
): Promise<void> {
  const { rotationFunction, recipes } = parts;
  const { rotation } = document;
  if (rotation === undefined || !changed.includes('rotation')) return;
  if (rotationFunction === undefined)
    throw malformed('rotation must be absent: this deployment has no rotation');
  const region = regionOfArn(rotationFunction);
  const current = { document, members, versionId: '' };
  const { client, server } = ofDocument(() => {
    const client = { id, recipe: recipes.get(rotation.recipe), current, versionId: '', region };
    return { client, server: fillText(client.recipe.server, variablesOfClient(client)) };
  });
  if (findEndpointUrl(server, parts.reading) === undefined)
    throw malformed(`The URL of the admin API in rotation.parameters ${ENDPOINT_URL_RULE}`);
  if (rotation.overlap !== undefined) checkOverlap(parts, client.recipe);
  if (client.recipe.authorization === 'aws') ofDocument(() => regionOfAwsHost(new URL(server)));
  await checkAdminCredential(parts, context, client, server);
}

function checkOverlap({ overlaps }: RotationParts, recipe: Recipe): void {
  if (!overlaps)
    throw malformed(
      'rotation.overlap must be absent: this deployment has listCredentials false, so it finds no old secrets to remove',
    );
  if (!recipe.overlap)
    throw malformed(
      `rotation.overlap must be absent with recipe ${recipe.name}: its old secret ends at once`,
    );
}

async function checkAdminCredential(
  { authorizer, registered, reading }: RotationParts,
  context: RequestContext,
  client: RotatedClient,
  server: string,
): Promise<void> {
  const admin = ofDocument(() => adminCredentialOf(client));
  if (admin === undefined) return;
  await authorizer.authorize(context, 'registerCredential', requestAbout(admin), REMEDY);
  const name = formatCredentialId(admin);
  const stored = await registered.look(context, admin);
  if (typeof stored !== 'object')
    throw malformed(`rotation.admin_credential must exist: there is no credential ${name}`);
  const document = ofDocument(
    () => parseCredentialDocument(JSON.stringify(stored.members), reading),
    'rotation.admin_credential: ',
  );
  ofDocument(() => requireHost(server, name, hostsOf(document)));
}

/** In a request, what is wrong with a document is an error of the request. */
function ofDocument<T>(work: () => T, prefix = ''): T {
  try {
    return work();
  } catch (error) {
    const { code, message, cause } = VendError.from(error);
    if (code !== 'credential_invalid') throw error;
    throw new VendError('request_malformed', { says: prefix + message, cause });
  }
}
