import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import { formatPath, type Path } from '../values/path.ts';
import type { Value } from '../values/value.ts';
import { type ClientCapabilities, Deferred_Reason } from '../wire/generated/tfplugin6_pb.js';
import { findUnknown } from './find-unknown.ts';
import { type Session, unknownConfiguration } from './session.ts';

export interface Deferral {
  readonly deferred: { readonly reason: Deferred_Reason };
}

/**
 * Decides whether an operation has to wait for unknown values. The protocol permits a result with
 * unknown values only with `deferred`, and `deferred` only if the client announced it. Terraform
 * 1.11 accepts unknown values without it. OpenTofu reports them as a bug of the provider.
 *
 * @returns members of the response besides a result with unknown values; `undefined` if everything
 *   is known
 * @throws {@link DiagnosticError} naming the unknown values, if the client permits no deferral
 */
export function deferUnknown(
  session: Session,
  config: Value,
  client: ClientCapabilities | undefined,
): Deferral | undefined {
  const { unknownPaths } = session;
  if (unknownPaths !== undefined) {
    if (client?.deferralAllowed !== true) throw unknownConfiguration(unknownPaths);
    return { deferred: { reason: Deferred_Reason.PROVIDER_CONFIG_UNKNOWN } };
  }
  const paths = findUnknown(config);
  if (paths.length === 0) return undefined;
  if (client?.deferralAllowed !== true) throw unknownArguments(paths);
  return { deferred: { reason: Deferred_Reason.RESOURCE_CONFIG_UNKNOWN } };
}

function unknownArguments(paths: readonly Path[]): DiagnosticError {
  return new DiagnosticError(
    paths.map((path) => ({
      summary: `${formatPath(path)} is not known yet`,
      detail: `The value of ${formatPath(path)} will be known only after apply, and this operation needs it before. Set it to a value that does not depend on a resource, or apply in two steps: first that resource with -target, then everything.`,
      // The path ends at the attribute, because elements of sets have no path. Terraform shows the
      // line of the attribute in either case.
      path: path.slice(0, 1),
    })),
  );
}
