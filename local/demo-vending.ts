import assert from 'node:assert/strict';
import { TokenVendingError } from '../client/index.ts';
import { fact, paint, show, title } from './demo-output.ts';
import { clientOf, type Story } from './demo-story.ts';
import { readDocument } from './seed.ts';

const ORDERS = { credential: 'checkout/orders-api', fresh: true } as const;
const BOTH_SCOPES = ['orders:read', 'orders:write'];

export async function vendTwice(story: Story): Promise<void> {
  const { client, showTiming } = clientOf(story.system, 'ci-checkout');
  title('The caller is a CI job with an AWS role. It has no OAuth2 secret.');
  const identity = await client.callerIdentity();
  assert.equal(identity.name, 'ci-checkout');
  fact('signed as', identity.arn);
  fact('principal', identity.principal);

  title(
    'The job requests a token of checkout/orders-api. The function gets a new token from the server.',
  );
  const first = await client.getToken(ORDERS);
  assert.equal(first.source, 'minted');
  show(first);
  showTiming();

  title('The job requests the same token again. The function returns the cached token.');
  const second = await client.getToken(ORDERS);
  assert.deepEqual([second.source, second.mint_id, story.mints()], ['cached', first.mint_id, 1]);
  show(second);
  showTiming();
  story.vends += 2;
}

export async function vendToTen(story: Story): Promise<void> {
  title(
    'Ten callers request a token with scope orders:write at once. The function mints one token.',
  );
  const ask = () =>
    clientOf(story.system, 'ci-checkout').client.getToken({ ...ORDERS, scope: ['orders:write'] });
  const tokens = await Promise.all(Array.from({ length: 10 }, ask));
  const vends = new Set(tokens.map(({ vend_id }) => vend_id)).size;
  const mints = new Set(tokens.map(({ mint_id }) => mint_id)).size;
  assert.deepEqual([vends, mints, story.mints()], [10, 1, 2]);
  fact('vends', `${vends}, each with its own audit record`);
  fact('mints', `${mints}`);
  story.vends += vends;
}

export async function refuse({ system }: Story): Promise<void> {
  title('A role that no policy names requests a token of the same credential.');
  const refusal = await clientOf(system, 'newcomer')
    .client.getToken(ORDERS)
    .then(
      () => assert.fail('the newcomer was given a token'),
      (error: unknown) => error,
    );
  assert.ok(refusal instanceof TokenVendingError && refusal.code === 'policy_denied');
  fact('refused', paint('red', `${refusal.message} (${refusal.code})`));
  fact('advice', refusal.advice);
}

export async function surviveRotation(story: Story): Promise<void> {
  title('The client secret is rotated. Then a caller requests a token that is not cached.');
  const { client, showTiming } = clientOf(story.system, 'ci-checkout');
  await story.system.rotateSecret('checkout/orders-api');
  const token = await client.getToken({ ...ORDERS, scope: BOTH_SCOPES });
  assert.deepEqual([token.source, story.mints()], ['minted', 4]);
  fact('server', 'refuses the old secret with invalid_client');
  fact('function', 'reads the secret again, finds a new version and tries that version');
  show(token);
  showTiming();
  story.vends += 1;
}

export async function surviveOutage(story: Story): Promise<void> {
  title('The authorization server is down. The function returns a cached token.');
  await story.system.authorizationServer.goDown();
  const token = await clientOf(story.system, 'ci-checkout').client.getToken({
    ...ORDERS,
    scope: BOTH_SCOPES,
  });
  assert.equal(token.source, 'cached');
  show(token);
  story.vends += 1;
  await story.system.authorizationServer.comeBack();
}

export async function needNoSecret(story: Story): Promise<void> {
  title('checkout/invoices-api has no secret. AWS KMS signs what authenticates the client.');
  const { secretsManager, kms } = story.system;
  const document = readDocument(secretsManager.store, 'checkout/invoices-api');
  assert.deepEqual(
    [document['client_assertion_source'], document['client_secret']],
    ['kms', undefined],
  );
  fact('secret', 'none: the credential document names a key of AWS KMS');
  const { client, showTiming } = clientOf(story.system, 'ci-checkout');
  const token = await client.getToken({ credential: 'checkout/invoices-api' });
  assert.deepEqual([token.source, kms.calls.get('Sign')], ['minted', 1]);
  fact('kms', 'signed one assertion (ES256); the key never leaves AWS KMS');
  show(token);
  showTiming();
  story.vends += 1;
}
