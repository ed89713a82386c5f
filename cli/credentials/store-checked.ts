import { SecretsError } from '../../lib/credential/secret-errors.ts';
import { type EndpointQuestion, endpointMissing, isKeyless, proveHere } from './endpoint-proof.ts';
import { checkFunction, type FunctionCheck } from './function-check.ts';
import { checkSigningKey } from './kms-keys.ts';
import type { Operator } from './operator.ts';
import type { Proof } from './prove-document.ts';
import { checkDocument } from './stored-document.ts';

interface Stored {
  readonly outcome: 'created' | 'replaced';
  readonly version: string;
}

/** A stored document, and what is known of it. */
export interface StoredAndChecked extends Stored {
  readonly proof: Proof | undefined;
  /** Set if the key could not be checked. */
  readonly warning: string | undefined;
  /** Set if AWS signs for the client. */
  readonly check: FunctionCheck | undefined;
}

/**
 * Checks a document, stores it, and requests a token at the endpoint if AWS signs for its client.
 *
 * @throws CommandError 2 if `verify` needs an endpoint and none is known, 9 if the document or its key
 *   is unfit; ProofFailed; what the operator's secrets throw
 */
export async function storeChecked(
  question: EndpointQuestion,
  { text, verify }: { readonly text: string; readonly verify: boolean },
  operator: Operator,
): Promise<StoredAndChecked> {
  const document = checkDocument(text, operator.reading);
  const { authentication } = document;
  const isKms = 'source' in authentication && authentication.source === 'kms';
  const warning = isKms ? await checkSigningKey(authentication, operator) : undefined;
  const proof = verify ? await proveHere(document, text, operator) : undefined;
  if (verify && proof === undefined && question.options.endpoint === undefined)
    throw endpointMissing();
  const stored = await store(operator, text);
  const check = isKeyless(document) ? await checkFunction(question) : undefined;
  return { ...stored, proof, warning, check };
}

async function store({ secrets, name }: Operator, text: string): Promise<Stored> {
  try {
    return { outcome: 'replaced', version: (await secrets.put(name, text)).versionId };
  } catch (error) {
    const isNew = error instanceof SecretsError && error.exception === 'ResourceNotFoundException';
    if (!isNew) throw error;
    return { outcome: 'created', version: (await secrets.create({ name, text })).versionId };
  }
}
