import { EXPIRY_REPORTED_AHEAD } from '../../../lib/time/time-budget.ts';
import type { DiagnosticText } from '../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';

/** Of a value that expires at a fixed time and cannot be extended, such as an access token. Both in milliseconds since the Unix epoch. */
export interface FixedLifetime {
  readonly expiresAt: number;
  readonly now: number;
}

/** What the provider reports shortly before such a value expires, and if a run still holds it afterwards. */
export interface Expiry {
  readonly soon: DiagnosticText;
  readonly over: DiagnosticText;
}

/** When Terraform first calls `renew`: half a minute before the value expires, or after half of the time that is left if that is later. */
export function firstRenewal({ expiresAt, now }: FixedLifetime): Date {
  const left = Math.max(expiresAt - now, 0);
  return new Date(expiresAt - Math.min(EXPIRY_REPORTED_AHEAD, left / 2));
}

/**
 * What `renew` returns for such a value. Before it expires, that is a warning, since an error would fail a run that ends in time
 * (OpenTofu, Terraform from 1.17 on), and `renew` is called again when it expires.
 *
 * @throws {@link DiagnosticError} if it has expired: Terraform closes what nothing needs, so what it still holds may be needed
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
