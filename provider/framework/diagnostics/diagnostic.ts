import { create } from '@bufbuild/protobuf';
import { escapeControls } from '../../../lib/errors/escape-controls.ts';
import type { Path, PathStep } from '../values/path.ts';
import {
  type AttributePath,
  type AttributePath_Step,
  AttributePath_StepSchema,
  AttributePathSchema,
  DiagnosticSchema,
  Diagnostic_Severity as Severity,
  type Diagnostic as WireDiagnostic,
} from '../wire/generated/tfplugin6_pb.js';

/** A diagnostic before it has a severity: what happened, and in the detail why and what to do. */
export interface DiagnosticText {
  /** One short sentence without a full stop. */
  readonly summary: string;
  readonly detail: string;
  /** The attribute concerned. Terraform then shows its line of the configuration. */
  readonly path?: Path;
}

export interface Diagnostic extends DiagnosticText {
  readonly severity: 'error' | 'warning';
}

export function diagnosticToWire(diagnostic: Diagnostic): WireDiagnostic {
  const { severity, summary, detail, path = [] } = diagnostic;
  return create(DiagnosticSchema, {
    severity: severity === 'error' ? Severity.ERROR : Severity.WARNING,
    // Terraform writes them to the terminal as they are.
    summary: escapeControls(summary),
    detail: escapeControls(detail),
    ...(path.length === 0 ? {} : { attribute: pathToWire(path) }),
  });
}

export function pathToWire(path: Path): AttributePath {
  return create(AttributePathSchema, { steps: path.map(stepToWire) });
}

function stepToWire(step: PathStep): AttributePath_Step {
  return create(AttributePath_StepSchema, { selector: selectorOf(step) });
}

function selectorOf(step: PathStep): AttributePath_Step['selector'] {
  if ('attribute' in step) return { case: 'attributeName', value: step.attribute };
  if ('key' in step) return { case: 'elementKeyString', value: step.key };
  return { case: 'elementKeyInt', value: BigInt(step.index) };
}
