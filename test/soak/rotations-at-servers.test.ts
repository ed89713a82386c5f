import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findObstacle } from '../interop/describe-server.ts';
import { type Front, openFront } from '../interop/front.ts';
import { describeRotations, rotateAtServer } from '../interop/rotations/rotate-at-server.ts';
import type { RecipeKind, RunningServer } from '../interop/server.ts';
import { servers } from '../interop/servers.ts';
import { refused } from '../interop/situation.ts';

const LOAD = { rotations: 100, kills: 30, seed: 20_261_128 };
const WITHIN = 1_500_000;

for (const definition of servers) {
  const { name, title, version, offers } = definition;
  const kinds = (Object.keys(offers.recipes ?? {}) as RecipeKind[]).filter(
    (kind) => kind !== 'kept',
  );
  if (kinds.length === 0) continue;
  const obstacle = findObstacle(definition);
  if (obstacle !== undefined) process.stderr.write(`skipped: ${title} ${version}: ${obstacle}\n`);
  const suite = obstacle === undefined ? describe : describe.skip;
  suite(`a hundred rotations at ${title} ${version}, thirty of them killed`, () => {
    const refusal = refused('client', 'credential_refused')(offers);
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

    it.each(kinds)(
      'lose nothing: a %s',
      async (kind) => {
        const report = await rotateAtServer(definition, server, { ...LOAD, kind });
        // Between the response of the server and the write to Secrets Manager.
        const permitted = kind === 'issued' ? refusal : undefined;
        const { vends, failed, repeated } = report;
        const counts = `${vends} vends, ${failed.length} failed; ${repeated} steps repeated`;
        process.stdout.write(
          `${title}, ${offers.recipes?.[kind]}: ${describeRotations(report, permitted)}; ${counts}\n`,
        );
        const whole = { killed: LOAD.kills, isLost: false, state: 'whole', untold: 0 };
        expect(report).toMatchObject({ rotations: LOAD.rotations, ...whole });
        expect(report.failed.filter((code) => code !== permitted)).toEqual([]);
      },
      WITHIN,
    );
  });
}
