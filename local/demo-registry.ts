import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { TokenVendingError } from '../client/index.ts';
import { newSecret } from './client-proofs.ts';
import { fact, paint, show, title } from './demo-output.ts';
import { clientOf, type Story } from './demo-story.ts';

const NEW = 'checkout/returns-api';
const ROTATED = 'checkout/orders-api';
const ANY = { version: 'any' };

async function refusalOf(work: Promise<unknown>): Promise<TokenVendingError> {
  const error = await work.then(
    () => assert.fail('the request was allowed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof TokenVendingError);
  return error;
}

/** The lead of a team registers a credential. */
export async function registerCredential({ system }: Story): Promise<void> {
  title('The lead of team checkout registers a credential. The registry tests it, and stores it.');
  const { authorizationServer } = system;
  const shared = {
    client_id: 'checkout-returns',
    client_secret: newSecret(),
    token_endpoint_auth_method: 'client_secret_basic',
  } as const;
  authorizationServer.register(shared);
  const { registry } = clientOf(system, 'checkout-lead');
  const document = { issuer: authorizationServer.issuer, ...shared };
  const { version_id } = await registry.put(NEW, document, { version: 'none' });
  fact('version', version_id);
  const { secret_members } = await registry.describe(NEW);
  assert.deepEqual(secret_members, ['client_secret']);
  fact('shown', 'all members but client_secret, which only the functions may read');
}

/** On-call switches a credential off, and the lead switches it on again. */
export async function switchOffAndOn(story: Story): Promise<void> {
  const { system } = story;
  title('On-call switches the credential off. Only the lead may switch it on again.');
  const lead = clientOf(system, 'checkout-lead').registry;
  const onCall = clientOf(system, 'on-call').registry;
  const { client } = clientOf(system, 'ci-checkout');
  const request = { credential: NEW, fresh: true };
  await onCall.patch(NEW, { status: 'disabled' }, ANY);
  const disabled = await refusalOf(client.getToken(request));
  assert.equal(disabled.code, 'credential_disabled');
  fact('caller', paint('red', `${disabled.message} (${disabled.code})`));
  const denied = await refusalOf(onCall.patch(NEW, { status: 'enabled' }, ANY));
  assert.equal(denied.code, 'policy_denied');
  fact('on-call', `may not switch on: ${denied.advice}`);
  await lead.patch(NEW, { status: 'enabled' }, ANY);
  fact('lead', 'switched on; a process that runs reads the document again within a minute');
  await system.function.restart();
  const token = await client.getToken(request);
  show(token);
  story.vends += 1;
}

/** A rotation runs, and no vend fails. */
export async function rotateWhileVending(story: Story): Promise<void> {
  const { system } = story;
  title('The lead starts a rotation of the client secret while callers request tokens.');
  // So short that callers need new tokens during the rotation.
  const before = system.authorizationServer.find('checkout-orders');
  assert.ok(before !== undefined);
  system.authorizationServer.register({ ...before, tokenLifetime: 4 });
  const rotations = system.secretsManager.rotations;
  const { registry } = clientOf(system, 'checkout-lead');
  const running = registry.rotate(ROTATED).then(async () => await rotations?.settled());
  const failed = await vendUntil(running, story);
  const { rotation } = await registry.describe(ROTATED);
  const after = system.authorizationServer.find('checkout-orders');
  assert.deepEqual([rotation.last?.outcome, rotation.last?.step], ['done', 'finish']);
  assert.notEqual(after?.client_secret, before.client_secret);
  assert.deepEqual(failed, []);
  fact('steps', 'create, set, test, finish; the registry shows the last one');
  fact('server', 'has a secret that nobody has seen');
}

/** @returns the errors of the vends */
async function vendUntil(running: Promise<unknown>, story: Story): Promise<unknown[]> {
  const { client } = clientOf(story.system, 'ci-checkout');
  const failed: unknown[] = [];
  const before = story.vends;
  let ended = false;
  const end = running.finally(() => {
    ended = true;
  });
  while (!ended) {
    try {
      await client.getToken({ credential: ROTATED, fresh: true, minTtl: 2 });
      story.vends += 1;
    } catch (error) {
      failed.push(error);
    }
    await delay(50);
  }
  await end;
  fact('callers', `${story.vends - before} vends while the rotation ran, ${failed.length} failed`);
  return failed;
}
