import { expect, it } from '@jest/globals';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

it('a registry has the budgets that it is given', async () => {
  const world = new RegistryWorld({ budgets: { mints: 1, unknownNames: 1 } });
  await world.register();
  const headers = { 'if-match': '*' };
  const body = { ...DOCUMENT, scope: 'orders:read' };
  const { json } = await world.send('PUT', PATH, { body, headers });
  expect(json['code']).toBe('budget_exhausted');
  expect(world.stored()).toEqual(DOCUMENT);
});
