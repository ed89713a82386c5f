/** One token of a holder, as an API judges it. */
interface JudgedToken {
  readonly accessToken: string;
  /** Counts the tokens of the holder. */
  readonly generation: number;
}

/** What an API made of the tokens of one holder. */
export class Rejections {
  #pending: string | undefined;
  #lastRejected: number | undefined;
  #lastAccepted = 0;

  /** The rejected access token that no other has replaced yet. */
  get pending(): string | undefined {
    return this.#pending;
  }

  /** The API accepted this token: if it rejects it later, that concerns this token and not all of them. */
  accept(generation: number): void {
    this.#lastAccepted = Math.max(this.#lastAccepted, generation);
  }

  /**
   * The API rejected this token.
   *
   * @returns whether a new token would be rejected as well: the one before was, and the API never accepted this one
   */
  reject({ accessToken, generation }: JudgedToken): boolean {
    const isSecond = this.#lastRejected === generation - 1 && this.#lastAccepted < generation;
    this.#lastRejected = generation;
    this.#pending = accessToken;
    return isSecond;
  }

  /** Another token has come in place of the rejected one. */
  settle(): void {
    this.#pending = undefined;
  }
}
