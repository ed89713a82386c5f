import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Callers, LocalCaller } from './callers.ts';

/**
 * Writes the files with which tools act as a caller: an AWS configuration with one profile for each
 * caller, and `-K` files for curl. So no key appears on a screen or a command line. Only the owner
 * may read the files.
 */
export async function writeCallerFiles(
  directory: string,
  callers: Callers,
  region: string,
): Promise<void> {
  const folder = path.join(directory, 'callers');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) =>
    writeFile(path.join(folder, name), text, { mode: 0o600 });
  await write(
    'aws-config',
    [...callers.keys()].map((name) => `[profile ${name}]\nregion = ${region}\n`).join('\n'),
  );
  await write('aws-credentials', [...callers.values()].map(awsProfile).join('\n'));
  await Promise.all(
    [...callers.values()].map((caller) => write(`${caller.name}.curl`, curlConfig(caller))),
  );
}

function awsProfile({ name, accessKeyId, secretAccessKey, sessionToken }: LocalCaller): string {
  return [
    `[${name}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    ...(sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`]),
    '',
  ].join('\n');
}

function curlConfig({ accessKeyId, secretAccessKey, sessionToken }: LocalCaller): string {
  return [
    `user = "${accessKeyId}:${secretAccessKey}"`,
    ...(sessionToken === undefined ? [] : [`header = "x-amz-security-token: ${sessionToken}"`]),
    '',
  ].join('\n');
}
