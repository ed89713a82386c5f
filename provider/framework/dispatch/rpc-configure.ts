import { impliedType } from '../schema/implied-type.ts';
import type { State } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import { readDynamicValue } from '../values/dynamic-value.ts';
import { findUnknown } from './find-unknown.ts';
import type { Rpc } from './rpc.ts';
import { revalidate } from './rpc-validate.ts';

export const configureProvider: Rpc<'configureProvider'> = async (session, request) => {
  const { provider, log } = session;
  session.rearm();
  const diagnostics = session.newDiagnostics();
  await diagnostics.capture(session.stopSignal, async () => {
    const config = readDynamicValue(request.config, impliedType(provider.schema));
    revalidate(provider, config, diagnostics);
    if (diagnostics.hasErrors) return;
    const unknown = findUnknown(config);
    if (unknown.length > 0) {
      session.configureUnknown(unknown);
      return;
    }
    const client = await provider.configure({
      config: config as State<Schema>,
      terraformVersion: request.terraformVersion,
      log,
      warn: diagnostics.warn,
    });
    session.configure(client);
  });
  return { diagnostics: diagnostics.toWire() };
};

export const stopProvider: Rpc<'stopProvider'> = async (session) => {
  session.log.info('asked to stop');
  session.stop();
  return {};
};
