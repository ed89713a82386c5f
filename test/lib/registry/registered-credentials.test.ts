import { describe, expect, it } from '@jest/globals';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';

describe('a name under which there is no document', () => {
  it('says to whoever may describe it that the credential is deleted, and what to do', async () => {
    const world = new RegistryWorld();
    await world.register();
    await world.secrets.delete(NAME, 7, { signal: new AbortController().signal });
    const { status, json } = await world.send('GET', PATH);
    expect([status, json['code']]).toEqual([403, 'credential_unknown']);
    expect(json['error_description']).toBe('The credential is scheduled for deletion.');
    expect(json['advice']).toMatch(/restore/);
  });

  it('may be a secret without a value', async () => {
    const world = new RegistryWorld();
    await world.secrets.create({ name: NAME }, { signal: new AbortController().signal });
    expect((await world.send('GET', PATH)).json['code']).toBe('credential_unknown');
  });

  it('costs a part of the budget of the caller', async () => {
    const world = new RegistryWorld({ budgets: { mints: 1, unknownNames: 1 } });
    await world.send('GET', PATH);
    const { status, json } = await world.send('GET', PATH);
    expect([status, json['code']]).toEqual([429, 'budget_exhausted']);
  });
});
