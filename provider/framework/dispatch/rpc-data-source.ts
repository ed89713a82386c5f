import { impliedType } from '../schema/implied-type.ts';
import type { KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { readDynamicValue, writeDynamicValue } from '../values/dynamic-value.ts';
import { completeState } from './complete-state.ts';
import { deferUnknown } from './defer-unknown.ts';
import { withComputedUnknown } from './plan-change.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { revalidate } from './rpc-validate.ts';

export const readDataSource: Rpc<'readDataSource'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const response = await diagnostics.capture(session.stopSignal, async () => {
    const definition = definitionOf(session.provider.dataSources, request.typeName);
    const type = impliedType(definition.schema);
    const config = readDynamicValue(request.config, type);
    revalidate(definition, config, diagnostics);
    if (diagnostics.hasErrors) return undefined;
    const open = withComputedUnknown(definition.schema, config);
    const deferral = deferUnknown(session, config, request.clientCapabilities);
    if (deferral !== undefined) return { state: writeDynamicValue(open, type), ...deferral };
    const operation = session.operation(diagnostics);
    const given = await definition.read({ ...operation, config: config as KnownConfig<Schema> });
    return { state: writeDynamicValue(completeState(open, given), type) };
  });
  return { ...response, diagnostics: diagnostics.toWire() };
};
