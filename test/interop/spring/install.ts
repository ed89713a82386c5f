import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstallRow } from '../../../tools/interop/install-row.ts';
import { isOnPath, run } from '../../../tools/interop/programs.ts';

export const VERSION = '1.5.3';
const BOOT = '3.5.7';
const sources = fileURLToPath(new URL('.', import.meta.url));
// A change of the application is another folder, so a test never runs an older application.
const directory = fileURLToPath(
  new URL(`../../../interop/spring-${VERSION}-${hashOfSources()}/`, import.meta.url),
);
export const JAR = path.join(directory, 'spring.jar');

/** Spring Authorization Server of Spring Boot, in the application of this folder. */
export const installation: InstallRow = {
  name: `Spring Authorization Server ${VERSION} (Spring Boot ${BOOT})`,
  isInstalled: () => existsSync(JAR),
  missing: () => ['java', 'javac', 'mvn'].filter((program) => !isOnPath(program)),
  async install() {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const target = path.join(directory, 'target');
    // Strict: an artifact whose checksum differs from that of Maven Central is an error.
    const flags = ['--batch-mode', '--strict-checksums', `-DoutputDirectory=${target}`];
    await run('mvn', [...flags, '--file', path.join(sources, 'pom.xml'), 'package'], {
      logFile: path.join(directory, 'install.log'),
    });
    renameSync(path.join(target, 'spring.jar'), JAR);
    rmSync(target, { recursive: true });
  },
};

function hashOfSources(): string {
  const java = readdirSync(path.join(sources, 'java')).map((name) => path.join('java', name));
  const hash = createHash('sha256');
  for (const file of ['pom.xml', ...java.sort()])
    hash.update(readFileSync(path.join(sources, file)));
  return hash.digest('hex').slice(0, 8);
}
