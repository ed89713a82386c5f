import type { Problem } from './diagnostic.ts';

export interface FaultOptions {
  readonly cause?: unknown;
  /**
   * Attributes of what exists nevertheless; those that are left out are as planned. Terraform then keeps the object: as tainted after
   * a failed creation, as it is after a failed update.
   */
  readonly state?: Readonly<Record<string, unknown>>;
}

/**
 * Thrown by operations of a provider to answer with error diagnostics. Whatever else is thrown is taken for a bug, and the user
 * learns no more than its kind; so it is with the cause of a fault without problems, which only keeps the state.
 *
 * @example
 * ```ts
 * throw new Fault({
 *   summary: 'Endpoint is not a URL',
 *   detail: 'Write it as https://host.',
 *   path: pathOf('endpoint'),
 * });
 * ```
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly problems: readonly Problem[];
  readonly state: Readonly<Record<string, unknown>> | undefined;

  constructor(problems: Problem | readonly Problem[], options: FaultOptions = {}) {
    const all = 'summary' in problems ? [problems] : problems;
    super(all.map(({ summary }) => summary).join('; '), { cause: options.cause });
    this.problems = all;
    this.state = options.state;
  }
}

/** Thrown by provider functions: what is wrong, and with which argument (from 0) where it is one. */
export class FunctionFault extends Error {
  override readonly name = 'FunctionFault';
  readonly argument: number | undefined;

  constructor(text: string, argument?: number) {
    super(text);
    this.argument = argument;
  }
}
