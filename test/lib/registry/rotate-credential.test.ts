import { describe, expect, it } from '@jest/globals';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

const document = {
  ...DOCUMENT,
  rotation: { recipe: 'hydra', parameters: { admin_url: 'https://admin.example.com' } },
};
const ROTATE = `${PATH}/rotate`;

describe('a rotation', () => {
  it('is started now, and its version is pending', async () => {
    const world = new RegistryWorld();
    const { json: before } = await world.register(document);
    const { status, json } = await world.send('POST', ROTATE);
    expect(status).toBe(202);
    expect(json).toMatchObject({ version_id: before['version_id'] });
    const { json: described } = await world.send('GET', PATH);
    expect(described['rotation']).toMatchObject({
      enabled: true,
      pending_version_id: json['pending_version_id'],
    });
    expect(world.audit.events.slice(0, 2)).toMatchObject([
      { kind: 'registration-intent', registration: { operation: 'rotate' } },
      { kind: 'registration', registration: { versionAfter: json['pending_version_id'] } },
    ]);
  });

  it('keeps the interval of the document', async () => {
    const world = new RegistryWorld();
    await world.register({ ...document, rotation: { ...document.rotation, every: '30d' } });
    await world.send('POST', ROTATE);
    const { json } = await world.send('GET', PATH);
    expect(json['rotation']).toMatchObject({ enabled: true, schedule: 'rate(30 days)' });
  });

  it('is not started while another one is under way', async () => {
    const world = new RegistryWorld();
    await world.register(document);
    await world.send('POST', ROTATE);
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['code']]).toEqual([412, 'version_conflict']);
    expect(json['error_description']).toBe('A rotation of the credential is under way.');
  });

  it('needs a document that says how', async () => {
    const world = new RegistryWorld();
    await world.register();
    const { json } = await world.send('POST', ROTATE);
    expect(json['error_description']).toMatch(/^The document has no rotation/);
  });

  it('needs a deployment that rotates', async () => {
    const world = new RegistryWorld({ rotationFunction: undefined });
    await world.register();
    const { json } = await world.send('POST', ROTATE);
    expect(json['error_description']).toBe('This deployment has no rotation.');
  });
});
