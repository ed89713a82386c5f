import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import { impliedType } from '../schema/implied-type.ts';
import { writeDynamicValue } from '../values/dynamic-value.ts';
import { type JsonRecord, parseJson, projectJson } from '../values/json-decode.ts';
import type { ValueRecord } from '../values/value.ts';
import { stateFrom } from './complete-state.ts';
import type { Resource } from './resource.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { withoutWriteOnly } from './write-only.ts';

/** Terraform calls this before every read, with the state as JSON of the schema that wrote it. */
export const upgradeResourceState: Rpc<'upgradeResourceState'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const upgradedState = await diagnostics.capture(session.stopSignal, () => {
    const resource = definitionOf(session.provider.resources, request.typeName);
    const { schema } = resource;
    const stored = request.rawState?.json;
    if (stored === undefined || stored.length === 0) throw unreadable();
    const json = upgrade(resource, Number(request.version), parseJson(stored) as JsonRecord);
    const type = impliedType(schema);
    // A block that the old schema does not have must be empty and not null, which stateFrom
    // ensures.
    const state = stateFrom(schema, projectJson(json, type) as ValueRecord);
    return writeDynamicValue(withoutWriteOnly(schema, state), type);
  });
  return {
    diagnostics: diagnostics.toWire(),
    ...(upgradedState === undefined ? {} : { upgradedState }),
  };
};

function upgrade(resource: Resource, version: number, json: JsonRecord): JsonRecord {
  if (version > resource.schema.version) {
    throw new DiagnosticError({
      summary: 'The state is of a newer provider',
      detail: `A newer version of the provider wrote it (schema ${version}, here ${resource.schema.version}). Upgrade the provider with terraform init -upgrade.`,
    });
  }
  const isCurrent = version === resource.schema.version || resource.upgrade === undefined;
  return isCurrent ? json : (resource.upgrade?.(version, json) ?? json);
}

function unreadable(): DiagnosticError {
  return new DiagnosticError({
    summary: 'The state cannot be read',
    detail: 'It is in the format of Terraform before 0.12. Import the resource anew.',
  });
}
