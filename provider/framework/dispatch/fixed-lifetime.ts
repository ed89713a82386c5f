import type { Problem } from '../diagnostics/diagnostic.ts';
import { Fault } from '../diagnostics/fault.ts';

/** Of a value that expires at a fixed time and cannot be extended, as an access token. Both in milliseconds since the Unix epoch. */
export interface FixedLifetime {
  readonly expiresAt: number;
  readonly now: number;
}

/** What a run is told that holds such a value shortly before it expires, and afterwards. */
export interface Expiry {
  readonly soon: Problem;
  readonly over: Problem;
}

const WARN_AHEAD = 30_000;

/** When Terraform shall first call `renew`: half a minute before the end, halfway through what is left of a shorter life. */
export function firstRenewal({ expiresAt, now }: FixedLifetime): Date {
  const left = Math.max(expiresAt - now, 0);
  return new Date(expiresAt - Math.min(WARN_AHEAD, left / 2));
}

/**
 * What `renew` answers for such a value. While it lives it is left alone with a warning, since an error would fail a run that ends
 * in time (OpenTofu, Terraform from 1.17 on), and `renew` is called again when it expires.
 *
 * @throws {@link Fault} where it has expired: Terraform closes what nothing needs, so what it still holds may be needed
 */
export function leaveAlone(
  { expiresAt, now }: FixedLifetime,
  { soon, over }: Expiry,
  warn: (problem: Problem) => void,
): { readonly renewAt: Date } {
  if (now >= expiresAt) throw new Fault(over);
  warn(soon);
  return { renewAt: new Date(expiresAt) };
}
