import type { InteropServer, RunningServer } from '../server.ts';
import { addRotated } from './rotate-at-server.ts';
import { startRotationWorld } from './rotation-world.ts';

/** A rotation that the server does not carry out, and the old secret afterwards. */
export async function refuseRotation(
  definition: InteropServer,
  server: RunningServer,
): Promise<string> {
  await using world = await startRotationWorld(definition, server);
  const { system } = world;
  const { name } = await addRotated(world, 'kept');
  const registry = system.registryClient('operator');
  await registry.rotate(name);
  await system.secretsManager.rotations?.settled();
  const { rotation } = await registry.describe(name);
  const { outcome, step, code } = rotation?.last ?? {};
  const { passed } = await registry.test(name);
  return `${outcome} at step ${step}: ${code}; the old secret ${passed ? 'works' : 'is lost'}`;
}
