import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SigningKey } from './release-layout.ts';

const run = promisify(execFile);

/**
 * Reads a public key of GnuPG.
 *
 * @throws Error with advice
 */
export async function readSigningKey(user: string): Promise<SigningKey> {
  const asciiArmor = await gpg(['--armor', '--export', user]);
  const listing = await gpg(['--list-keys', '--with-colons', user]);
  const keyId = /^pub:(?:[^:]*:){3}([0-9A-F]{16}):/m.exec(listing)?.[1];
  if (keyId !== undefined && asciiArmor !== '') return { keyId, asciiArmor };
  throw new Error(`GnuPG knows no key for ${user}: import it, or leave --gpg-key out`);
}

/** Writes a detached binary signature beside each file. */
export async function signSums(user: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await gpg([
      '--batch',
      '--yes',
      '--local-user',
      user,
      '--output',
      `${file}.sig`,
      '--detach-sign',
      file,
    ]);
  }
}

async function gpg(args: readonly string[]): Promise<string> {
  try {
    return (await run('gpg', args)).stdout;
  } catch (cause) {
    throw new Error('gpg failed: install GnuPG and unlock the key, or leave --gpg-key out', {
      cause,
    });
  }
}
