import { impliedType } from '../schema/implied-type.ts';
import type { State } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { readDynamicValue, writeDynamicValue } from '../values/dynamic-value.ts';
import type { Value } from '../values/value.ts';
import { fromJsonBytes, toJsonBytes } from './json-bytes.ts';
import { keepEquivalents } from './plan-change.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { withoutWriteOnly } from './write-only.ts';

export const readResource: Rpc<'readResource'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  let privateBytes = request.private;
  const newState = await diagnostics.capture(session.stopSignal, async () => {
    const resource = definitionOf(session.provider.resources, request.typeName);
    const type = impliedType(resource.schema);
    const current = readDynamicValue(request.currentState, type);
    // The service cannot be called before the provider configuration is known. An apply does not
    // read.
    if (current === null || session.unknownPaths !== undefined) return request.currentState;
    const state = await resource.read({
      ...session.operation(diagnostics),
      state: current as State<Schema>,
      privateData: fromJsonBytes(privateBytes),
      setPrivateData: (data) => {
        privateBytes = toJsonBytes(data);
      },
    });
    const read = keepEquivalents(resource.schema, (state ?? null) as Value, current);
    return writeDynamicValue(withoutWriteOnly(resource.schema, read), type);
  });
  return {
    private: privateBytes,
    diagnostics: diagnostics.toWire(),
    newState: newState ?? request.currentState,
  };
};
