import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstallRow } from '../../../tools/interop/install-row.ts';
import { isOnPath, run } from '../../../tools/interop/programs.ts';

export const VERSION = '26.7.3';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:tar.gz`;
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const directory = fileURLToPath(new URL(`../../../interop/keycloak-${VERSION}/`, import.meta.url));
// Another name if the options of the build change.
const installed = path.join(directory, 'installed-with-tls');
/** The start script. */
export const KC = path.join(directory, `keycloak-${VERSION}/bin/kc.sh`);

/** The distribution on Maven Central. Maven compares its checksum. */
export const installation: InstallRow = {
  name: `Keycloak ${VERSION}`,
  isInstalled: () => existsSync(installed),
  missing: () => ['java', 'mvn', 'tar'].filter((program) => !isOnPath(program)),
  async install() {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const logFile = path.join(directory, 'install.log');
    const copy = [`-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${directory}`];
    await run('mvn', ['--batch-mode', COPY, ...copy], { logFile });
    const archive = path.join(directory, `keycloak-quarkus-dist-${VERSION}.tar.gz`);
    await run('tar', ['-xzf', archive, '-C', directory], { logFile });
    rmSync(archive);
    // Otherwise each start would do it, in 10 s.
    await run(KC, ['build', '--db=dev-mem', '--https-client-auth=request'], { logFile });
    renameSync(logFile, installed);
  },
};
