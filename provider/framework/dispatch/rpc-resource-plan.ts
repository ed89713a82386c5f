import { pathToWire } from '../diagnostics/diagnostic.ts';
import { impliedType } from '../schema/implied-type.ts';
import { readDynamicValue, writeDynamicValue } from '../values/dynamic-value.ts';
import { planChange } from './plan-change.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { revalidate } from './rpc-validate.ts';

export const planResourceChange: Rpc<'planResourceChange'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const response = await diagnostics.capture(session.stopSignal, () => {
    const resource = definitionOf(session.provider.resources, request.typeName);
    const type = impliedType(resource.schema);
    const proposed = readDynamicValue(request.proposedNewState, type);
    const config = readDynamicValue(request.config, type);
    if (proposed !== null) revalidate(resource, config, diagnostics);
    if (diagnostics.hasErrors) return undefined;
    const prior = readDynamicValue(request.priorState, type);
    const change = { config, prior, proposed, warn: diagnostics.warn };
    const { planned, requiresReplace } = planChange(resource, change);
    return {
      plannedState: writeDynamicValue(planned, type),
      requiresReplace: requiresReplace.map(pathToWire),
    };
  });
  return {
    ...response,
    plannedPrivate: request.priorPrivate,
    diagnostics: diagnostics.toWire(),
  };
};
