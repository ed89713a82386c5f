import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import { PluginClient } from '../provider/framework/support/plugin-client.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';

const AT_ONCE = 3;

async function launchOnce(program: string, sockets: string): Promise<string> {
  const plugin = await PluginClient.launch({
    command: [process.execPath, program],
    clientCertificate: makeCertificate(),
    environment: { PLUGIN_UNIX_SOCKET_DIR: sockets },
  });
  try {
    // By a call, because with TLS 1.3 a handshake succeeds for the client before the server has
    // accepted its certificate.
    const { functions } = await plugin.call('getFunctions', {});
    await plugin.shutdown();
    const { code } = await plugin.exited();
    return `${Object.keys(functions)} ${code}`;
  } finally {
    await plugin.close();
  }
}

/** Starts the sample provider `launches` times, as Terraform does, and ends it. */
export function describeLaunches(launches: number): void {
  let folder: string;
  let program: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pl'));
    program = (await bundleSample(path.join(folder, 'bundle'))).file;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    `${launches} launches in a row shake hands, respond, and leave nothing behind`,
    async () => {
      const sockets = await mkdtemp(path.join(folder, 's'));
      const outcomes: string[] = [];
      let started = 0;
      const lane = async () => {
        while (started < launches) {
          started += 1;
          outcomes.push(await launchOnce(program, sockets));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      expect(outcomes).toHaveLength(launches);
      expect(new Set(outcomes)).toEqual(new Set(['join 0']));
      expect(await readdir(sockets)).toEqual([]);
    },
    // A launch takes 0.2 s on an idle machine.
    120_000 + launches * 2_000,
  );
}
