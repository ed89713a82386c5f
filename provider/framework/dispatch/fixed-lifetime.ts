import { EXPIRY_REPORTED_AHEAD } from '../../../lib/time/time-budget.ts';
import type { DiagnosticText } from '../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';

/**
 * The lifetime of a value that cannot be extended, such as an access token. Both members are
 * milliseconds since the Unix epoch.
 */
export interface FixedLifetime {
  readonly expiresAt: number;
  readonly now: number;
}

/** Diagnostics for such a value: shortly before it expires, and after it has expired. */
export interface Expiry {
  readonly soon: DiagnosticText;
  readonly over: DiagnosticText;
}

/**
 * Time of the first `renew`: 30 s before the value expires, or after half of the remaining time if
 * that is later.
 */
export function firstRenewal({ expiresAt, now }: FixedLifetime): Date {
  const left = Math.max(expiresAt - now, 0);
  return new Date(expiresAt - Math.min(EXPIRY_REPORTED_AHEAD, left / 2));
}

/**
 * Reports the expiry of such a value from `renew`, and leaves the value as it is.
 *
 * Before the expiry this is a warning, because an error would fail a run that ends in time
 * (OpenTofu, Terraform from 1.17 on). `renew` is then called again at the expiry.
 *
 * @throws {@link DiagnosticError} after the expiry. Terraform closes values that nothing needs, so
 *   an open one may still be in use
 */
export function leaveAlone(
  { expiresAt, now }: FixedLifetime,
  { soon, over }: Expiry,
  warn: (text: DiagnosticText) => void,
): { readonly renewAt: Date } {
  if (now >= expiresAt) throw new DiagnosticError(over);
  warn(soon);
  return { renewAt: new Date(expiresAt) };
}
