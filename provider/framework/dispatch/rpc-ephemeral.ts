import type { MessageInitShape } from '@bufbuild/protobuf';
import { CLOSE_TIMEOUT, SHORTEST_RENEWAL_INTERVAL } from '../../../lib/time/time-budget.ts';
import type { DiagnosticText } from '../diagnostics/diagnostic.ts';
import { impliedType } from '../schema/implied-type.ts';
import type { KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { readDynamicValue, writeDynamicValue } from '../values/dynamic-value.ts';
import type { OpenEphemeralResource_ResponseSchema } from '../wire/generated/tfplugin6_pb.js';
import { completeState } from './complete-state.ts';
import { deferUnknown } from './defer-unknown.ts';
import type { EphemeralResource, Opened } from './ephemeral-resource.ts';
import { fromJsonBytes, toJsonBytes } from './json-bytes.ts';
import { withComputedUnknown } from './plan-change.ts';
import { definitionOf, type Rpc } from './rpc.ts';
import { revalidate } from './rpc-validate.ts';

type OpenResponse = MessageInitShape<typeof OpenEphemeralResource_ResponseSchema>;

export const openEphemeralResource: Rpc<'openEphemeralResource'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const response = await diagnostics.capture<OpenResponse | undefined>(
    session.stopSignal,
    async () => {
      const definition = definitionOf(session.provider.ephemeralResources, request.typeName);
      const type = impliedType(definition.schema);
      const config = readDynamicValue(request.config, type);
      revalidate(definition, config, diagnostics);
      if (diagnostics.hasErrors) return undefined;
      const open = withComputedUnknown(definition.schema, config);
      // Terraform also opens while the provider configuration is unknown.
      const deferral = deferUnknown(session, config, request.clientCapabilities);
      if (deferral !== undefined) return { result: writeDynamicValue(open, type), ...deferral };
      const operation = session.operation(diagnostics);
      const opened = await definition.open({ ...operation, config: config as KnownConfig<Schema> });
      return {
        result: writeDynamicValue(completeState(open, opened.result), type),
        ...leaseOf(definition, opened),
      };
    },
  );
  return { ...response, diagnostics: diagnostics.toWire() };
};

export const renewEphemeralResource: Rpc<'renewEphemeralResource'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  const renewed = await diagnostics.capture(session.stopSignal, async () => {
    const { renew } = definitionOf(session.provider.ephemeralResources, request.typeName);
    const lease = fromJsonBytes(request.private);
    const operation = session.operation(diagnostics);
    const warn = (text: DiagnosticText) => {
      operation.warn(text);
      // Terraform up to 1.16 drops warnings and errors of renewals, so the log has them.
      session.log.warn(text.summary, { detail: text.detail });
    };
    return await renew?.({ ...operation, warn, lease });
  });
  return {
    diagnostics: diagnostics.toWire(),
    ...(request.private === undefined ? {} : { private: request.private }),
    ...renewAt(renewed?.renewAt),
  };
};

export const closeEphemeralResource: Rpc<'closeEphemeralResource'> = async (session, request) => {
  const diagnostics = session.newDiagnostics();
  // Terraform closes while it ends, also after Ctrl-C, and the user waits for it.
  const signal = AbortSignal.timeout(CLOSE_TIMEOUT);
  await diagnostics.capture(signal, async () => {
    const { close } = definitionOf(session.provider.ephemeralResources, request.typeName);
    const lease = fromJsonBytes(request.private);
    if (lease === undefined) return;
    await close?.({ ...session.operation(diagnostics, signal), lease });
  });
  return { diagnostics: diagnostics.toWire() };
};

function leaseOf({ renew }: EphemeralResource, opened: Opened<Schema>): OpenResponse {
  return {
    ...(opened.lease === undefined ? {} : { private: toJsonBytes(opened.lease) }),
    ...(renew === undefined ? {} : renewAt(opened.renewAt)),
  };
}

function renewAt(date: Date | undefined): Pick<OpenResponse, 'renewAt'> {
  if (date === undefined) return {};
  // A client renews at once if the time has passed. The minimum prevents renewals without a pause.
  const milliseconds = Math.max(date.getTime(), Date.now() + SHORTEST_RENEWAL_INTERVAL);
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = (milliseconds - seconds * 1000) * 1_000_000;
  return { renewAt: { seconds: BigInt(seconds), nanos } };
}
