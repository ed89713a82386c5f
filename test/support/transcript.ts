import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { LocalSystem } from '../../local/system.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The working directory of a user of the local system, with the built command on the PATH. */
export interface Workplace {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes the workplace: access policies, the state of the system as `.local`, and a credential
 * document to store.
 *
 * @param name name of its directory, unique in a system
 */
export async function openWorkplace(system: LocalSystem, name = 'work'): Promise<Workplace> {
  const directory = path.join(system.directory, name);
  const bin = path.join(system.directory, 'bin');
  await mkdir(directory);
  await mkdir(bin, { recursive: true });
  const command = path.join(bin, 'token-vending');
  const script = path.join(root, 'dist/cli/token-vending.mjs');
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  await chmod(command, 0o755);
  await cp(path.join(root, 'policies'), path.join(directory, 'policies'), { recursive: true });
  await symlink(system.directory, path.join(directory, '.local'));
  const document = {
    issuer: system.authorizationServer.issuer,
    client_id: 'support-tickets',
    client_secret: 'as the authorization server issued it',
  };
  await writeFile(path.join(directory, 'document.json'), JSON.stringify(document));
  return {
    directory,
    environment: {
      PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
      HOME: directory,
      TOKEN_VENDING_ENDPOINT: system.endpoint,
      TOKEN_VENDING_REGION: system.region,
      TOKEN_VENDING_PROFILE: 'ci-checkout',
      TOKEN_VENDING_LOCAL: 'true',
      AWS_ENDPOINT_URL_KMS: system.kms.url,
      AWS_CONFIG_FILE: path.join(system.directory, 'callers/aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(system.directory, 'callers/aws-credentials'),
    },
  };
}

/** The commands of a transcript: each follows a `$`. */
export function commandsOf(transcript: string): string[] {
  return [...transcript.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
}

/**
 * Runs commands in a shell without a terminal, and records command, merged output and exit code.
 */
export async function transcribe(
  commands: readonly string[],
  { directory, environment }: Workplace,
): Promise<string> {
  let transcript = '';
  for (const command of commands) {
    const child = spawn('sh', ['-c', `exec 2>&1; ${command}`], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'close');
    const end = output === '' || output.endsWith('\n') ? '' : '\n';
    transcript += `$ ${command}\n${output}${end}[exit ${code}]\n`;
  }
  return withoutVolatile(transcript.replaceAll(directory, '<directory>'));
}

// Texts that differ from run to run, and texts that must never be in the repository.
function withoutVolatile(text: string): string {
  return text
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\bVersion [0-9a-f]{16}/g, 'Version <version>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, '<time>')
    .replaceAll(
      /"(expires_in|expires_at|issued_at|exp|created_at|last_rotated_at|next_rotation_at|at)":\d+/g,
      '"$1":<seconds>',
    )
    .replaceAll(/\bexp \d+/g, 'exp <seconds>')
    .replaceAll(/\blocal-((?:RS|ES)256)-[0-9a-f]{8}\b/g, 'local-$1-<hash>')
    .replaceAll(/(lifetime(?: +|":))\d+/g, '$1<seconds>')
    .replaceAll(/\blives \d+ s\b/g, 'lives <seconds> s')
    .replaceAll(/"(seconds|first|last)":[\d.]+(e-\d+)?/g, '"$1":<number>')
    .replaceAll(/\bv1\/[0-9a-f]{2}\/dt=[\d-]+/g, 'v1/<shard>/dt=<date>')
    .replaceAll(/[\d,]+ records a second/g, '<number> records a second')
    .replaceAll(/"([xy])":( ?)"[\w-]{43}"/g, '"$1":$2"<coordinate>"')
    .replaceAll(/LOCALID\w+/g, '<principal id>');
}
