import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { CredentialDocument } from '../../lib/credential/document.ts';
import type { VendedToken } from '../../lib/http/wire.ts';
import { CommandError } from '../command-error.ts';
import { clientFor, type GlobalOptions, type Surroundings } from '../global-options.ts';
import type { Operator } from './operator.ts';
import { type Proof, ProofFailed, proveDocument } from './prove-document.ts';

/** A token that the endpoint returned, without the token itself. */
export interface EndpointProof {
  /** `minted`: the function obtained it for this request. */
  readonly source: VendedToken['source'];
  /** Seconds. */
  readonly lifetime: number;
  readonly scope: string;
}

/** What requests tokens of a credential at the endpoint. */
export interface EndpointQuestion {
  /** `team/name`. */
  readonly credential: string;
  readonly options: GlobalOptions;
  readonly surroundings: Surroundings;
}

/** Whether AWS signs the assertions of a client. */
export function isKeyless({ authentication }: CredentialDocument): boolean {
  return 'source' in authentication && authentication.source !== 'document';
}

/**
 * Requests a token at the endpoint. If the function returns one of its cache, the command requests
 * one that lives longer, so that the function must sign an assertion.
 *
 * @throws CommandError 2 if no endpoint is known; TokenVendingError any code
 */
export async function proveAtEndpoint(question: EndpointQuestion): Promise<EndpointProof> {
  const { credential, options, surroundings } = question;
  if (options.endpoint === undefined) throw endpointMissing();
  const client = clientFor(options, surroundings);
  const { signal } = surroundings;
  const first = await client.getToken({ credential, signal });
  const token =
    first.source === 'minted'
      ? first
      : await client
          .getToken({ credential, minTtl: first.expires_in + 1, fresh: true, signal })
          .catch((error: unknown) => {
            if (isUnsatisfiable(error)) return first;
            throw error;
          });
  return { source: token.source, lifetime: token.expires_in, scope: token.scope };
}

function isUnsatisfiable(error: unknown): boolean {
  return error instanceof TokenVendingError && error.code === 'min_ttl_unsatisfiable';
}

/** @returns the error of a command that needs the endpoint, because only the function can sign */
export function endpointMissing(): CommandError {
  return new CommandError(
    2,
    'Only the function can sign for this credential, and no endpoint is known to request a token at.\n  Name it with --endpoint, TOKEN_VENDING_ENDPOINT or a context.',
  );
}

/**
 * Obtains one token with a document on this machine.
 *
 * @returns `undefined` if only the function can sign
 * @throws as {@link proveDocument}
 */
export async function proveHere(
  document: CredentialDocument,
  text: string,
  operator: Operator,
): Promise<Proof | undefined> {
  const { authentication } = document;
  if ('source' in authentication && authentication.source === 'aws_web_identity') return undefined;
  try {
    return await proveDocument(text, operator);
  } catch (error) {
    if (error instanceof ProofFailed && error.isKeyDenied) return undefined;
    throw error;
  }
}

/** The token in a few lines. */
export function describeEndpointProof({ source, lifetime, scope }: EndpointProof): string[] {
  return [
    source === 'minted'
      ? 'endpoint  the function signed an assertion and obtained a token'
      : 'endpoint  the function returned a token of its cache: whether it may sign was not checked',
    `lifetime  ${lifetime} s`,
    `scope     ${scope || '-'}`,
  ];
}

/** The same as data. */
export function endpointProofToJson({ source, lifetime, scope }: EndpointProof) {
  return { proved_by: 'endpoint', source, lifetime, scope };
}
