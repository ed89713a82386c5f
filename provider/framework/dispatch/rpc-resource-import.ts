import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import { impliedType } from '../schema/implied-type.ts';
import { writeDynamicValue } from '../values/dynamic-value.ts';
import { stateFrom } from './complete-state.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { withoutWriteOnly } from './write-only.ts';

export const importResourceState: Rpc<'importResourceState'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const imported = await diagnostics.capture(session.stopSignal, async () => {
    const resource = definitionOf(session.provider.resources, request.typeName);
    const { schema } = resource;
    if (resource.import === undefined) throw cannotImport(request.typeName);
    const operation = session.operation(diagnostics);
    const given = await resource.import({ ...operation, id: request.id });
    const state = withoutWriteOnly(schema, stateFrom(schema, given));
    return { typeName: request.typeName, state: writeDynamicValue(state, impliedType(schema)) };
  });
  return {
    diagnostics: diagnostics.toWire(),
    importedResources: imported === undefined ? [] : [imported],
  };
};

function cannotImport(typeName: string): DiagnosticError {
  return new DiagnosticError({
    summary: 'The resource cannot be imported',
    detail: `${typeName} has no import. Create it with Terraform instead.`,
  });
}
