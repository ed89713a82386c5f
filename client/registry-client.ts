import type { GenericSchema } from 'valibot';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../lib/credential/id.ts';
import { isLoopback } from '../lib/http/endpoint-url.ts';
import {
  type ChangedCredential,
  changedCredentialSchema,
  type RegisteredCredential,
  registeredCredentialSchema,
  type TestedCredential,
  testedCredentialSchema,
} from '../lib/http/registry-wire.ts';
import { leaveOnAbort } from '../lib/time/leave-on-abort.ts';
import { REGISTRY_FUNCTION_TIMEOUT } from '../lib/time/time-budget.ts';
import { readEndpoint } from './endpoint.ts';
import { SignedCalls } from './signed-calls.ts';
import type { UnsignedRequest } from './sigv4-signer.ts';
import { TokenClient } from './token-client.ts';
import type { TokenClientOptions } from './token-client-options.ts';
import { TokenVendingError } from './token-vending-error.ts';

/** Members of a credential document. */
export type DocumentMembers = Readonly<Record<string, unknown>>;

export interface ChangeOptions {
  /**
   * What must be true, or the change is refused with `version_conflict`: the id of the version that the
   * change is based on, `any` (the credential exists) or `none` (it does not exist). Without it the
   * credential must not exist, or the error is `version_required`.
   */
  readonly version?: string | undefined;
  /** `false`: the document is stored although nobody has obtained a token with it. Default: true. */
  readonly test?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Call<T> {
  readonly method: UnsignedRequest['method'];
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: DocumentMembers | undefined;
  readonly schema: GenericSchema<unknown, T>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A client of the registry of a deployment, which changes credentials without reading their secrets.
 * The metadata of the vending endpoint names the registry. Requests are signed and retried as those of
 * {@link TokenClient}.
 *
 * Each method throws a {@link TokenVendingError} with any code; `registry_absent` if the deployment has
 * no registry, `request_malformed` if `credential` is not `team/name`.
 *
 * @example
 * ```ts
 * const registry = new RegistryClient({ endpoint: 'https://abc.lambda-url.eu-north-1.on.aws' });
 * const { version_id } = await registry.describe('checkout/orders-api');
 * await registry.patch('checkout/orders-api', { status: 'disabled' }, { version: version_id });
 * ```
 */
export class RegistryClient {
  readonly #options: TokenClientOptions;
  readonly #endpoint: TokenClient;
  #calls: Promise<SignedCalls> | undefined;

  /**
   * @param options of the vending endpoint. One attempt has 29 s, because a change is tested
   * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`, `proxy_invalid`
   */
  constructor(options: TokenClientOptions) {
    this.#options = { ...options, timeout: options.timeout ?? REGISTRY_FUNCTION_TIMEOUT };
    this.#endpoint = new TokenClient(options);
  }

  /** The public members of a credential, its status, versions and rotation. */
  async describe(credential: string, signal?: AbortSignal): Promise<RegisteredCredential> {
    const path = pathOf(credential);
    return await this.#send({ method: 'GET', path, schema: registeredCredentialSchema, signal });
  }

  /** Registers a credential, or replaces its document. Secret members that it does not name stay. */
  async put(
    credential: string,
    document: DocumentMembers,
    options: ChangeOptions = {},
  ): Promise<ChangedCredential> {
    return await this.#change('PUT', credential, document, options);
  }

  /** Changes members of a document by a merge patch (RFC 7396): null removes a member. */
  async patch(
    credential: string,
    patch: DocumentMembers,
    options: ChangeOptions = {},
  ): Promise<ChangedCredential> {
    return await this.#change('PATCH', credential, patch, options);
  }

  /**
   * Schedules the deletion of a credential.
   *
   * @param options `recoveryDays`: 7 to 30, in which {@link restore} takes it back; default 30
   */
  async delete(
    credential: string,
    options: Omit<ChangeOptions, 'test'> & { readonly recoveryDays?: number | undefined } = {},
  ): Promise<ChangedCredential> {
    const { recoveryDays, version, signal } = options;
    const query = recoveryDays === undefined ? '' : `?recovery_days=${recoveryDays}`;
    return await this.#send({
      method: 'DELETE',
      path: pathOf(credential) + query,
      headers: preconditionOf(version),
      schema: changedCredentialSchema,
      signal,
    });
  }

  /** Takes a scheduled deletion back. */
  async restore(credential: string, signal?: AbortSignal): Promise<ChangedCredential> {
    const path = `${pathOf(credential)}/restore`;
    return await this.#send({ method: 'POST', path, schema: changedCredentialSchema, signal });
  }

  /**
   * Obtains one token with the current document, or with the one that `patch` would make of it, and
   * revokes it if the server supports that. A test that fails is a result, and not an error.
   */
  async test(
    credential: string,
    options: { readonly patch?: DocumentMembers; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<TestedCredential> {
    const { patch, signal } = options;
    const path = `${pathOf(credential)}/test`;
    const headers = patch === undefined ? {} : { 'content-type': MEDIA_TYPES.PATCH };
    const schema = testedCredentialSchema;
    return await this.#send({ method: 'POST', path, headers, body: patch, schema, signal });
  }

  /** Starts a rotation. {@link describe} shows how far it is. */
  async rotate(credential: string, signal?: AbortSignal): Promise<ChangedCredential> {
    const path = `${pathOf(credential)}/rotate`;
    return await this.#send({ method: 'POST', path, schema: changedCredentialSchema, signal });
  }

  async #change(
    method: keyof typeof MEDIA_TYPES,
    credential: string,
    body: DocumentMembers,
    { version, test = true, signal }: ChangeOptions,
  ): Promise<ChangedCredential> {
    return await this.#send({
      method,
      path: `${pathOf(credential)}${test ? '' : '?test=skip'}`,
      headers: { 'content-type': MEDIA_TYPES[method], ...preconditionOf(version) },
      body,
      schema: changedCredentialSchema,
      signal,
    });
  }

  async #send<T>({ method, path, headers = {}, body, schema, signal }: Call<T>): Promise<T> {
    const calls = await this.#registry(signal);
    const text = body === undefined ? '' : JSON.stringify(body);
    return await calls.send({ method, path, headers, body: text }, schema, signal);
  }

  async #registry(signal?: AbortSignal): Promise<SignedCalls> {
    this.#calls ??= this.#discover().catch((error: unknown) => {
      this.#calls = undefined;
      throw error;
    });
    return await leaveOnAbort(this.#calls, signal ?? NEVER);
  }

  async #discover(): Promise<SignedCalls> {
    const { endpoint, region, signingService } = this.#options;
    const { registry_endpoint: registry } = await this.#endpoint.describeEndpoint();
    if (registry === undefined) throw new TokenVendingError('registry_absent');
    const vending = readEndpoint(endpoint, region, signingService);
    const { url } = readEndpoint(registry, vending.region, signingService);
    // Documents with secrets go there, so it is no closer to this machine than the endpoint.
    if (isLocal(url) && !isLocal(vending.url))
      throw new TokenVendingError('answer_invalid', {
        says: 'The metadata of the endpoint names a registry on this machine.',
      });
    return new SignedCalls({ ...this.#options, endpoint: url, region: vending.region });
  }
}

const NEVER = new AbortController().signal;
const MEDIA_TYPES = { PUT: 'application/json', PATCH: 'application/merge-patch+json' } as const;

function pathOf(credential: string): string {
  if (findCredentialId(credential) !== undefined) return `/credentials/${credential}`;
  throw new TokenVendingError('request_malformed', {
    says: `The name of a credential ${CREDENTIAL_ID_RULE}.`,
  });
}

// RFC 9110 section 13.1.
function preconditionOf(version: string | undefined): Record<string, string> {
  if (version === undefined) return {};
  if (version === 'none') return { 'if-none-match': '*' };
  return { 'if-match': version === 'any' ? '*' : `"${version}"` };
}

function isLocal(url: string): boolean {
  return isLoopback(new URL(url).hostname);
}
