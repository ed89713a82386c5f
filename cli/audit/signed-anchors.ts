import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readPublicKey } from '../../lib/audit/anchor-signature.ts';
import { AnchorVerifier } from '../../lib/audit/verify-anchors.ts';
import { CommandError } from '../command-error.ts';
import { type RecordSourceOptions, readAnchorObjects } from './record-source.ts';
import type { SignedAnchorsFlags } from './signed-anchors-options.ts';

/**
 * A verifier that has the signed anchors of a log.
 *
 * @param location of the log
 * @param expiredBefore records and anchors before this time may have expired, in milliseconds since
 *   the Unix epoch
 * @returns `undefined` without a public key
 * @throws CommandError 2 if a flag is wrong, or as the anchors cannot be read
 */
export async function readSignedAnchors(
  { publicKey, anchorsAt }: SignedAnchorsFlags,
  location: string,
  options: RecordSourceOptions,
  expiredBefore?: number,
): Promise<AnchorVerifier | undefined> {
  if (publicKey === undefined) {
    if (anchorsAt === undefined) return undefined;
    throw new CommandError(2, '--anchors-at needs --public-key: name the file of the key.');
  }
  const verifier = new AnchorVerifier(await readKey(publicKey), expiredBefore);
  for await (const { key, content } of readAnchorObjects(anchorsAt ?? location, options))
    verifier.addAnchor(key, content);
  return verifier;
}

async function readKey(file: string): Promise<KeyObject> {
  const bytes = await readFile(file).catch(() => undefined);
  const key = bytes && readPublicKey(bytes);
  if (key !== undefined) return key;
  throw new CommandError(
    2,
    `${file} is not a public key of P-256: save it with aws kms get-public-key, as docs/audit.md shows.`,
  );
}
