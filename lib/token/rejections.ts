/** One token of a holder that an API accepts or rejects. */
interface JudgedToken {
  readonly accessToken: string;
  /** Counts the tokens of the holder. */
  readonly generation: number;
}

/** Which tokens of one holder an API accepted or rejected. */
export class Rejections {
  #pending: string | undefined;
  #lastRejected: number | undefined;
  #lastAccepted = 0;

  /** The rejected access token that is not replaced yet. */
  get pending(): string | undefined {
    return this.#pending;
  }

  /** The API accepted this token. A later rejection concerns only this token. */
  accept(generation: number): void {
    this.#lastAccepted = Math.max(this.#lastAccepted, generation);
  }

  /**
   * The API rejected this token.
   *
   * @returns whether a new token would be rejected as well: the previous one was rejected too, and
   *   the API never accepted this one
   */
  reject({ accessToken, generation }: JudgedToken): boolean {
    const isSecond = this.#lastRejected === generation - 1 && this.#lastAccepted < generation;
    this.#lastRejected = generation;
    this.#pending = accessToken;
    return isSecond;
  }

  /** Another token has replaced the rejected one. */
  settle(): void {
    this.#pending = undefined;
  }
}
