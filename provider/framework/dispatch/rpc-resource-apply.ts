import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { impliedType } from '../schema/implied-type.ts';
import type { KnownConfig, Plan, State } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { readDynamicValue, writeDynamicValue } from '../values/dynamic-value.ts';
import type { Value } from '../values/value.ts';
import { completeState, partialState } from './complete-state.ts';
import { fromJsonBytes, toJsonBytes } from './json-bytes.ts';
import type { Resource } from './resource.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { revalidate } from './rpc-validate.ts';
import type { Session } from './session.ts';
import { withoutWriteOnly } from './write-only.ts';

interface Work {
  readonly session: Session;
  readonly resource: Resource;
  readonly diagnostics: DiagnosticList;
  readonly config: Value;
  readonly prior: Value;
  readonly planned: Value;
  readonly privateData: { bytes: Uint8Array };
}

export const applyResourceChange: Rpc<'applyResourceChange'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const privateData = { bytes: request.plannedPrivate };
  const newState = await diagnostics.capture(session.stopSignal, async () => {
    const resource = definitionOf(session.provider.resources, request.typeName);
    const type = impliedType(resource.schema);
    const work: Work = {
      session,
      resource,
      diagnostics,
      config: readDynamicValue(request.config, type),
      prior: readDynamicValue(request.priorState, type),
      planned: readDynamicValue(request.plannedState, type),
      privateData,
    };
    const state = work.planned === null ? await destroy(work) : await createOrUpdate(work);
    return writeDynamicValue(withoutWriteOnly(resource.schema, state), type);
  });
  return {
    private: privateData.bytes,
    diagnostics: diagnostics.toWire(),
    // Without a new state Terraform would forget an object that exists.
    newState: newState ?? request.priorState,
  };
};

async function destroy(work: Work): Promise<Value> {
  const { session, resource, diagnostics, prior } = work;
  const done = await diagnostics.capture(session.stopSignal, async () => {
    await resource.delete({
      ...session.operation(diagnostics),
      ...privateAccess(work),
      state: prior as State<Schema>,
    });
    return true;
  });
  return done === true ? null : prior;
}

async function createOrUpdate(work: Work): Promise<Value> {
  const { session, resource, diagnostics, config, prior, planned } = work;
  revalidate(resource, config, diagnostics);
  if (diagnostics.hasErrors) return prior;
  try {
    return completeState(planned, await perform(work));
  } catch (error) {
    diagnostics.addError(error, session.stopSignal);
    const given = error instanceof DiagnosticError ? error.state : undefined;
    return given === undefined ? prior : partialState(planned, given);
  }
}

async function perform(work: Work): Promise<Readonly<Record<string, unknown>>> {
  const { session, resource, diagnostics, config, prior, planned } = work;
  const request = {
    ...session.operation(diagnostics),
    ...privateAccess(work),
    config: config as KnownConfig<Schema>,
    plan: planned as Plan<Schema>,
  };
  if (prior === null) return await resource.create(request);
  if (resource.update !== undefined) {
    return await resource.update({ ...request, prior: prior as State<Schema> });
  }
  throw new DiagnosticError({
    summary: 'The resource cannot be updated',
    detail: 'It can only be replaced. This is a bug in the provider; please report it.',
  });
}

function privateAccess({ privateData }: Work) {
  return {
    privateData: fromJsonBytes(privateData.bytes),
    setPrivateData: (data: unknown) => {
      privateData.bytes = toJsonBytes(data);
    },
  };
}
