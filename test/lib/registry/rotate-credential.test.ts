import { describe, expect, it } from '@jest/globals';
import { formatProgress, PROGRESS_TAG } from '../../../lib/credential/rotation-progress.ts';
import { REMOVAL_STAGE } from '../../../lib/credential/rotation-statements.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';

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

  /** A rotation that has begun, and whose last step ended like this. */
  async function begun(code?: string) {
    const world = new RegistryWorld();
    await world.register(document);
    const { json } = await world.send('POST', ROTATE);
    const versionId = String(json['pending_version_id']);
    const value = formatProgress({ step: 'set', code, versionId, at: 0 });
    const { signal } = new AbortController();
    await world.secrets.tag(NAME, { [PROGRESS_TAG]: value }, { signal });
    return { world, versionId };
  }

  it('is not started while another one is under way', async () => {
    const { world } = await begun();
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['code']]).toEqual([412, 'version_conflict']);
    expect(json['error_description']).toBe('A rotation of the credential is under way.');
  });

  it('is not started while an old secret is removed', async () => {
    const { world, versionId: to } = await begun('upstream_unavailable');
    const { signal } = new AbortController();
    const stage = REMOVAL_STAGE as 'PROPOSED';
    await world.secrets.moveStage(NAME, { stage, from: undefined, to }, { signal });
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['code']]).toEqual([412, 'version_conflict']);
  });

  it('is attempted again if a step failed, with the same version', async () => {
    const { world, versionId } = await begun('upstream_unavailable');
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['pending_version_id']]).toEqual([202, versionId]);
  });

  it('is attempted again if nothing is known of it', async () => {
    const world = new RegistryWorld();
    await world.register(document);
    const { json: first } = await world.send('POST', ROTATE);
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['pending_version_id']]).toEqual([202, first['pending_version_id']]);
  });

  it('is not started if another one begins at the same time', async () => {
    const world = new RegistryWorld();
    await world.register(document);
    world.secrets.turn = async (operation) => {
      if (operation !== 'RotateSecret') return;
      world.secrets.turn = async () => undefined;
      await world.send('POST', ROTATE);
    };
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['code']]).toEqual([412, 'version_conflict']);
  });

  it('fails if Secrets Manager does, also as another attempt', async () => {
    const { world } = await begun('upstream_unavailable');
    world.secrets.failing.set('RotateSecret', new Error('down'));
    const { status, json } = await world.send('POST', ROTATE);
    expect([status, json['code']]).toEqual([503, 'secrets_unavailable']);
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
