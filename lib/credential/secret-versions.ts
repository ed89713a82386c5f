import type { VendError } from '../errors/vend-error.ts';
import type { Clock } from '../time/clock.ts';
import { AwaitedRotations } from './awaited-rotations.ts';
import { formatCredentialId } from './id.ts';
import type { ClientEndpoint, Presenter } from './presenter.ts';
import { isRefused, mayBeRefused, RefusalMemory } from './refusal-memory.ts';
import type { Credential, CredentialSource } from './source.ts';

/**
 * Chooses which version of a secret to try, whatever the order in which a rotation reaches the
 * server and Secrets Manager. The first is the cached version. If the server refused it within 30
 * s, the second is the version that is current now. If the server refused that one too, the third
 * is the version that was current before, within an hour of the change.
 *
 * A rotation can change both places between two of these requests. So a version that was replaced
 * while it was read is read again, and the versions of a document with a member `rotation` are tried
 * a second time, once for each current version. If the server has refused all of them, a rotation may
 * be about to store what the server has issued, so the request waits for that.
 */
export class SecretVersions {
  readonly #credentials: Pick<CredentialSource, 'reread' | 'previous' | 'expectChange'>;
  readonly #rotations: AwaitedRotations;
  /** The refusals of each endpoint. */
  readonly #refusals: Readonly<Record<ClientEndpoint, RefusalMemory>>;

  constructor(
    credentials: Pick<CredentialSource, 'reread' | 'previous' | 'expectChange'>,
    clock: Clock,
  ) {
    this.#credentials = credentials;
    this.#rotations = new AwaitedRotations(credentials, clock);
    this.#refusals = {
      token: new RefusalMemory(clock, (credential) => credentials.expectChange(credential)),
      revocation: new RefusalMemory(clock),
      introspection: new RefusalMemory(clock),
    };
  }

  /**
   * @throws VendError `credential_refused` with `retryAfter` if the server refused each of them; the errors of reading the
   *   secret; what `admit` throws
   */
  async choose(
    atHand: Credential,
    endpoint: ClientEndpoint,
    { signal, times, admit }: Presenter,
  ): Promise<Credential> {
    if (this.#refusalOf(atHand, endpoint) === undefined) return atHand;
    const reread = async () => {
      const read = await times.time('secret', () => this.#credentials.reread(atHand.id, signal));
      admit(read);
      return read;
    };
    const current = await reread();
    const refusal = this.#refusalOf(current, endpoint);
    if (refusal === undefined) return current;
    const previous = await times.time('secret', () => this.#credentials.previous(current, signal));
    if (previous !== undefined && this.#refusalOf(previous, endpoint) === undefined)
      return previous;
    const newest = previous?.versionId === current.versionId ? await reread() : current;
    if (this.#refusalOf(newest, endpoint) === undefined) return newest;
    if (endpoint === 'token' && this.#startsOver(newest)) return newest;
    throw refusal;
  }

  /** The secret of a rotation is right by its making, unless the server has another one by now. */
  #startsOver({ id, document, versionId }: Credential): boolean {
    return (
      document.rotation !== undefined &&
      this.#refusals.token.startOver(formatCredentialId(id), versionId)
    );
  }

  /**
   * Makes a request that presents a secret, and makes it again with another version if the server
   * refuses the client or may have refused it, until no version is left to try.
   *
   * @param request must throw `credential_refused` only if the server refused the client
   * @throws VendError what `request` throws; the errors of {@link choose}
   */
  async present<T>(
    credential: Credential,
    endpoint: ClientEndpoint,
    presenter: Presenter,
    request: (credential: Credential) => Promise<T>,
  ): Promise<T> {
    const tried = new Set<string>();
    const noted = (version: Credential) => {
      tried.add(version.versionId);
      return request(version);
    };
    try {
      return await this.#presentAny(credential, endpoint, presenter, noted);
    } catch (error) {
      if (endpoint !== 'token' || !(isRefused(error) || mayBeRefused(error))) throw error;
      const isTried = (version: Credential) =>
        tried.has(version.versionId) || this.#refusalOf(version, endpoint) !== undefined;
      const rotated = await this.#rotations.next(credential, isTried, presenter.signal);
      if (rotated === undefined) throw error;
      presenter.admit(rotated);
      return await this.#presentAny(rotated, endpoint, presenter, request);
    }
  }

  async #presentAny<T>(
    credential: Credential,
    endpoint: ClientEndpoint,
    presenter: Presenter,
    request: (credential: Credential) => Promise<T>,
  ): Promise<T> {
    try {
      const refusal = this.#refusalOf(credential, endpoint);
      if (refusal !== undefined) throw refusal;
      return await this.#presentOnce(credential, endpoint, presenter, request);
    } catch (error) {
      if (mayBeRefused(error))
        return await this.#presentInDoubt(credential, endpoint, presenter, request, error);
      if (!isRefused(error)) throw error;
      const other = await this.#findOther(credential, endpoint, presenter);
      if (other === undefined) throw error;
      return await this.#presentAny(other, endpoint, presenter, request);
    }
  }

  async #presentOnce<T>(
    credential: Credential,
    endpoint: ClientEndpoint,
    { signal }: Presenter,
    request: (credential: Credential) => Promise<T>,
  ): Promise<T> {
    const name = formatCredentialId(credential.id);
    const { versionId } = credential;
    return await this.#refusals[endpoint].present(name, versionId, signal, () =>
      request(credential),
    );
  }

  /**
   * Makes a request again, once with each other version that the server may take. No version counts
   * as refused by an unclear error, because the request itself may be the cause.
   */
  async #presentInDoubt<T>(
    credential: Credential,
    endpoint: ClientEndpoint,
    presenter: Presenter,
    request: (credential: Credential) => Promise<T>,
    error: unknown,
  ): Promise<T> {
    for await (const other of this.#others(credential, presenter)) {
      if (this.#refusalOf(other, endpoint) !== undefined) continue;
      try {
        return await this.#presentOnce(other, endpoint, presenter, request);
      } catch (again) {
        if (!mayBeRefused(again) && !isRefused(again)) throw again;
      }
    }
    throw error;
  }

  async *#others({ id, versionId }: Credential, { signal, times, admit }: Presenter) {
    const reread = () => this.#credentials.reread(id, signal).catch(() => undefined);
    const current = await times.time('secret', reread);
    // The caller then gets the error of the server.
    if (current === undefined) return;
    admit(current);
    if (current.versionId !== versionId) yield current;
    const previous = await times.time('secret', () => this.#credentials.previous(current, signal));
    if (previous !== undefined && previous.versionId !== versionId) yield previous;
  }

  async #findOther(
    credential: Credential,
    endpoint: ClientEndpoint,
    presenter: Presenter,
  ): Promise<Credential | undefined> {
    try {
      return await this.choose(credential, endpoint, presenter);
    } catch (error) {
      // The new refusal says more than the remembered one.
      if (isRefused(error)) return undefined;
      throw error;
    }
  }

  /**
   * A secret that the token endpoint refused is wrong everywhere. Another endpoint may refuse a
   * correct secret, because it may require another authentication method.
   */
  #refusalOf({ id, versionId }: Credential, endpoint: ClientEndpoint): VendError | undefined {
    const name = formatCredentialId(id);
    const { token, [endpoint]: own } = this.#refusals;
    return token.refusal(name, versionId) ?? own.refusal(name, versionId);
  }
}
