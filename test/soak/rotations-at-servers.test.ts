import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findObstacle } from '../interop/describe-server.ts';
import { type Front, openFront } from '../interop/front.ts';
import { hydra } from '../interop/hydra/hydra.ts';
import { keycloak } from '../interop/keycloak/keycloak.ts';
import { describeRotations, rotateAtServer } from '../interop/rotations/rotate-at-server.ts';
import type { RunningServer } from '../interop/server.ts';

const LOAD = { rotations: 100, kills: 30, seed: 20_261_128 };
const WITHIN = 1_500_000;

for (const definition of [keycloak, hydra]) {
  const { name, title, version, offers } = definition;
  const obstacle = findObstacle(definition);
  if (obstacle !== undefined) process.stderr.write(`skipped: ${title} ${version}: ${obstacle}\n`);
  const suite = obstacle === undefined ? describe : describe.skip;
  suite(`a hundred rotations at ${title} ${version}, thirty of them killed`, () => {
    let directory: string;
    let front: Front;
    let server: RunningServer;
    beforeAll(async () => {
      directory = await mkdtemp(path.join(tmpdir(), `token-vending-${name}-`));
      front = await openFront();
      const { serverPort: port, url: publicUrl } = front;
      server = await definition.start({ directory, port, publicUrl });
    });
    afterAll(async () => {
      await server?.stop();
      await front?.close();
      await rm(directory, { recursive: true, force: true });
    });

    it.each(['secret', 'key'] as const)(
      'cost ten callers no token: a %s',
      async (kind) => {
        const report = await rotateAtServer(definition, server, { ...LOAD, kind });
        const { vends, repeated } = report;
        const counts = `${vends} vends; ${repeated} steps repeated`;
        process.stdout.write(
          `${title}, ${offers.recipes?.[kind]}: ${describeRotations(report)}; ${counts}\n`,
        );
        const smooth = { killed: 30, failed: [], isLost: false, state: 'whole', untold: 0 };
        expect(report).toMatchObject({ rotations: 100, ...smooth });
      },
      WITHIN,
    );
  });
}
