import type { InteropServer, Offers } from './server.ts';
import type { InteropWorld } from './world.ts';

/** One row of the table that runs against each server. */
export interface Situation {
  readonly name: string;
  /** Default: each server has what the row needs. */
  readonly isOffered?: (offers: Offers) => boolean;
  /** `vended`, the code of an error, or several of them. */
  readonly expected: string | ((offers: Offers) => string);
  /** Does it, and returns what came. */
  run(world: InteropWorld): Promise<string>;
}

export function isOffered({ isOffered = () => true }: Situation, { offers }: InteropServer) {
  return isOffered(offers);
}

export function expectedOf({ expected }: Situation, { offers }: InteropServer): string {
  return typeof expected === 'string' ? expected : expected(offers);
}

/** The error of a refusal that has the error code of its RFC, or that of a vague one. */
export function refused(
  what: 'client' | 'scope' | 'audience',
  code: string,
): (offers: Offers) => string {
  return ({ vague = [] }) => (vague.includes(what) ? 'upstream_invalid' : code);
}

/** `vended`, or the code of the error. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'vended';
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return code ?? message ?? String(error);
  }
}
