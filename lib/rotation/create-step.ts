import { VendError } from '../errors/vend-error.ts';
import { type Jwk, newClientSecret, newKeyLike, publicKeys } from './new-key.ts';
import { promote, readCurrent, storeCurrent } from './promote.ts';
import { isRefused, proveDocument } from './prove-document.ts';
import { RecipeRun } from './recipe-run.ts';
import {
  findState,
  type NewSecret,
  readDocument,
  type StoredDocument,
  withNewSecret,
  withSecretId,
} from './rotated-document.ts';
import type { StepPorts, Turn } from './turn.ts';

/**
 * Makes the new secret and stores it as pending. What a server has issued is stored before the next
 * request. Does nothing if it is stored already.
 *
 * First the current document must vend. Otherwise a document with the client id of somebody else
 * would get that client's new secret. If it does not, because a rotation was killed after the server
 * had issued a secret, that secret is read from the server.
 *
 * @throws VendError `credential_invalid`, `credential_refused`, `upstream_*`, `secrets_unavailable`
 */
export async function createSecret(ports: StepPorts, turn: Turn): Promise<void> {
  const { secrets, reading } = ports;
  const { secret, versionId, deadline, recipe } = turn;
  const stored = await secrets.read(secret, { stage: 'AWSPENDING', versionId }, deadline.signal);
  if (stored !== undefined) {
    if (!replacesAtOnce(turn)) return;
    await promote(ports, turn, readDocument(stored, reading));
    return;
  }
  const current = await readCurrent(ports, turn);
  try {
    await proveDocument(ports, turn, current);
  } catch (error) {
    const issued = isRefused(error) ? await findIssued(ports, turn, current) : undefined;
    if (issued === undefined) throw error;
    return await store(issued);
  }
  if (recipe.secret === 'chosen') {
    // Opened for its checks: nothing is stored if the recipe cannot do its work.
    await openRun(ports, turn, current);
    return await store({ client_secret: newClientSecret() });
  }
  const run = await openRun(ports, turn, current);
  const known = await removeOld(ports, turn, current, run);
  const added = await keepingRegistration(ports, turn, known, run, () =>
    addAtServer(run, turn, known),
  );
  await store(added, known);

  async function store(added: NewSecret, before = current): Promise<void> {
    const pending = { versionId, text: withNewSecret(before, added) };
    await secrets.put(secret, pending, 'AWSPENDING', deadline.signal);
    if (replacesAtOnce(turn)) await promote(ports, turn, readDocument(pending, reading));
  }
}

/**
 * The secret that the server issued to a rotation that was killed before it could store it. RFC 7592
 * section 2.1: the registration access token of the client reads it, and no other client.
 *
 * @returns `undefined` if the server does not show it, or if that does not work either
 */
async function findIssued(
  ports: StepPorts,
  turn: Turn,
  current: StoredDocument,
): Promise<NewSecret | undefined> {
  if (!replacesAtOnce(turn)) return undefined;
  try {
    const run = await openRun(ports, turn, current);
    const client_secret = await run.findIssued();
    if (client_secret === undefined || client_secret === current.members['client_secret'])
      return undefined;
    const found = { client_secret, ...registrationOf(run) };
    const text = withNewSecret(current, found);
    await proveDocument(ports, turn, readDocument({ ...turn, text }, ports.reading));
    return found;
  } catch {
    // The refusal of the current secret says more.
    return undefined;
  }
}

/** The server issues a new secret and refuses the old one at once, so callers need the new one at once. */
function replacesAtOnce({ recipe }: Turn): boolean {
  return recipe.secret === 'issued' && !recipe.overlap;
}

/** Opens the recipe of a turn, and notes the token of the admin credential. */
export async function openRun(
  ports: StepPorts,
  turn: Turn,
  current: StoredDocument,
): Promise<RecipeRun> {
  const run = await RecipeRun.open(ports, { ...turn, current }, turn.deadline);
  const { adminToken } = run;
  if (adminToken !== undefined)
    turn.tokens.push({ credential: adminToken.credential, sha256: adminToken.sha256 });
  return run;
}

/**
 * Removes the secrets of earlier rotations at the server, and what a killed one left there. To tell
 * them from the current one, its id must be known before another is added.
 *
 * @returns the current document, with that id
 */
async function removeOld(
  ports: StepPorts,
  turn: Turn,
  current: StoredDocument,
  run: RecipeRun,
): Promise<StoredDocument> {
  const { secret_id, replaced_secret_id } = findState(current) ?? {};
  if (secret_id !== undefined) {
    await run.removeOthers(secret_id, replaced_secret_id);
    return current;
  }
  const only = await run.findOnlyId();
  return only === undefined
    ? current
    : await storeCurrent(ports, turn, current, withSecretId(current, only));
}

async function addAtServer(
  run: RecipeRun,
  { recipe }: Turn,
  { members }: StoredDocument,
): Promise<NewSecret> {
  if (recipe.secret === 'key_pair') {
    const before = members['private_key_jwk'] as Jwk;
    const key = newKeyLike(before);
    const jwks = publicKeys([before, key]);
    await run.add({ jwks, jwks_text: JSON.stringify(jwks) });
    return { private_key_jwk: key, ...registrationOf(run) };
  }
  const { client_secret = '', secret_id } = await run.add();
  if (client_secret === members['client_secret'])
    throw new VendError('upstream_invalid', {
      says: 'The authorization server kept the secret of the client: it does not issue a new one at an update.',
      advice: 'Use another recipe in rotation.recipe.',
    });
  return {
    client_secret,
    ...registrationOf(run),
    ...(secret_id === undefined ? {} : { secretId: secret_id }),
  };
}

function registrationOf(run: RecipeRun) {
  const { registrationToken } = run;
  return registrationToken === undefined ? {} : { registration_access_token: registrationToken };
}

/** If `work` fails after the server issued a new registration access token, that is stored. */
export async function keepingRegistration<T>(
  ports: StepPorts,
  turn: Turn,
  current: StoredDocument,
  run: RecipeRun,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { registrationToken } = run;
    if (registrationToken !== current.members['registration_access_token'])
      await storeCurrent(ports, turn, current, {
        ...current.members,
        registration_access_token: registrationToken,
      });
    throw error;
  }
}
