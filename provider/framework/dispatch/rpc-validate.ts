import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { impliedType } from '../schema/implied-type.ts';
import type { Config } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { readDynamicValue } from '../values/dynamic-value.ts';
import type { Value } from '../values/value.ts';
import type { DynamicValue } from '../wire/generated/tfplugin6_pb.js';
import { checkConfig } from './check-config.ts';
import type { Validation } from './operation.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import type { Session } from './session.ts';

interface Validated {
  readonly schema: Schema;
  validate?(request: Validation<Config<Schema>>): void;
}

export const validateProviderConfig: Rpc<'validateProviderConfig'> = (session, { config }) =>
  validationOf(session, config, () => session.provider);

export const validateResourceConfig: Rpc<'validateResourceConfig'> = (session, request) =>
  validationOf(session, request.config, () =>
    definitionOf(session.provider.resources, request.typeName),
  );

export const validateDataResourceConfig: Rpc<'validateDataResourceConfig'> = (session, request) =>
  validationOf(session, request.config, () =>
    definitionOf(session.provider.dataSources, request.typeName),
  );

export const validateEphemeralResourceConfig: Rpc<'validateEphemeralResourceConfig'> = (
  session,
  request,
) =>
  validationOf(session, request.config, () =>
    definitionOf(session.provider.ephemeralResources, request.typeName),
  );

async function validationOf(
  session: Session,
  config: DynamicValue | undefined,
  find: () => Validated,
): Promise<{ diagnostics: ReturnType<DiagnosticList['toWire']> }> {
  const diagnostics = session.newDiagnostics();
  await diagnostics.capture(session.stopSignal, () => {
    const definition = find();
    const value = readDynamicValue(config, impliedType(definition.schema));
    validate(definition, value, diagnostics);
  });
  return { diagnostics: diagnostics.toWire() };
}

function validate(definition: Validated, config: Value, diagnostics: DiagnosticList): void {
  checkConfig(definition.schema, config, diagnostics);
  definition.validate?.({ config: config as Config<Schema>, report: diagnostics.error });
}

/**
 * Validates before an operation. Validation runs while values are unknown, so operations check
 * again. Warnings are dropped: validation has shown them, and Terraform would repeat them for each
 * operation.
 */
export function revalidate(
  definition: Validated,
  config: Value,
  diagnostics: DiagnosticList,
): void {
  checkConfig(definition.schema, config, { error: diagnostics.error, warn: () => undefined });
  definition.validate?.({ config: config as Config<Schema>, report: diagnostics.error });
}
