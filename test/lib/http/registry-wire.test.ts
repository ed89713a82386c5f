import { expect, it } from '@jest/globals';
import * as v from 'valibot';
import {
  changedCredentialSchema,
  registeredCredentialSchema,
} from '../../../lib/http/registry-wire.ts';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

it('the responses of the registry have these shapes', async () => {
  const world = new RegistryWorld();
  const { json } = await world.register();
  expect(v.safeParse(registeredCredentialSchema, json).issues).toBeUndefined();
  const described = await world.send('GET', PATH);
  expect(v.safeParse(registeredCredentialSchema, described.json).issues).toBeUndefined();
  world.policy.allowed = new Set(['switchCredential checkout/orders-api']);
  const changed = { body: { epoch: 1 }, headers: { 'if-match': '*' } };
  const { json: short } = await world.send('PATCH', PATH, changed);
  expect(v.safeParse(changedCredentialSchema, short).issues).toBeUndefined();
  expect(v.safeParse(registeredCredentialSchema, short).success).toBe(false);
});
