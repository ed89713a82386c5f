import { expect, it } from '@jest/globals';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

it('every error of the registry is a response with its code, and is recorded and reported', async () => {
  const world = new RegistryWorld();
  const { status, json, headers } = await world.send('OPTIONS', PATH);
  expect([status, json['code']]).toEqual([405, 'method_unknown']);
  expect(headers['allow']).toBe('GET, PUT, PATCH, DELETE');
  expect(json['error_uri']).toMatch(/#method_unknown$/);
  expect(world.audit.kinds).toEqual(['refusal']);
  expect(world.reported).toMatchObject([{ code: 'method_unknown' }]);
});
