import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnchorSigner } from '../lib/audit/anchor-signer.ts';
import { type AnchoredLog, anchorLog } from '../lib/audit/anchoring.ts';
import { openAuditFilesReader } from '../lib/audit/file-reader.ts';
import { openAuditFiles } from '../lib/audit/file-store.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { ANCHOR_TIMEOUT } from '../lib/time/time-budget.ts';

export interface LocalAnchoring {
  /** File of the public key, for `audit verify --public-key`. */
  readonly publicKey: string;
  /** Anchors the log now. */
  anchor(): Promise<AnchoredLog>;
}

/**
 * Anchors the log of the local system, as the function of a deployment does every hour. The key has
 * the place of the KMS key. It stays in the directory, so that older anchors can be verified.
 *
 * @param directory of the local system, with its log in `audit/`
 */
export async function openLocalAnchoring(directory: string): Promise<LocalAnchoring> {
  const key = await openKey(path.join(directory, 'anchor-key.pem'));
  const publicKey = path.join(directory, 'anchor-public-key.pem');
  await writeFile(publicKey, createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  const signer: AnchorSigner = { sign: async (message) => sign('sha256', message, key) };
  const log = path.join(directory, 'audit');
  const ports = {
    reader: openAuditFilesReader(log),
    store: openAuditFiles(log),
    signer,
    clock: systemClock,
  };
  // Two anchors at a time would have the same number.
  let last: Promise<unknown> = Promise.resolve();
  return {
    publicKey,
    async anchor() {
      const made = last.then(() => anchorLog(ports, AbortSignal.timeout(ANCHOR_TIMEOUT)));
      last = made.catch(() => undefined);
      return await made;
    },
  };
}

async function openKey(file: string): Promise<KeyObject> {
  try {
    return createPrivateKey(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(file, pem, { mode: 0o600, flag: 'wx' });
  return privateKey;
}
