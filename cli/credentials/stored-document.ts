import {
  type CredentialDocument,
  type DocumentOptions,
  parseCredentialDocument,
} from '../../lib/credential/document.ts';
import { SECRET_MEMBERS } from '../../lib/credential/document-schema.ts';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import type { StoredSecret } from '../../lib/credential/operator-secrets.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { CommandError } from '../command-error.ts';
import type { Operator } from './operator.ts';

/** A credential document with its secrets, key by key. Never print it. */
export type RawDocument = Readonly<Record<string, unknown>>;

/** The current document of a credential, with its secret. */
export interface StoredDocument extends StoredSecret {
  readonly document: RawDocument;
}

/** @throws CommandError 3 if there is none, 9 if it is not a JSON object */
export async function readStored({ secrets, name }: Operator): Promise<StoredDocument> {
  const stored = await secrets.read(name);
  if (stored === undefined)
    throw new CommandError(
      3,
      `The secret ${name} does not exist, or has no value yet.\n  Store one with token-vending credentials put.`,
    );
  return { ...stored, document: parseObject(stored.text, name) };
}

function parseObject(text: string | undefined, name: string): RawDocument {
  const document = findJsonObject(text ?? '');
  if (document !== undefined) return document;
  throw new CommandError(
    9,
    `${name} holds no JSON object.\n  Store a document with token-vending credentials put.`,
  );
}

/** @throws CommandError 9 naming each wrong key and its rule */
export function checkDocument(text: string, reading: DocumentOptions): CredentialDocument {
  try {
    return parseCredentialDocument(text, reading);
  } catch (error) {
    throw error instanceof VendError ? new CommandError(9, error.message) : error;
  }
}

/** The document with each secret replaced by a mark that it is set. */
export function withoutSecrets(document: RawDocument): RawDocument {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key,
      SECRET_MEMBERS.includes(key) ? '(set)' : value,
    ]),
  );
}
