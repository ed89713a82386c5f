import { escapeControls } from '../../../lib/errors/escape-controls.ts';
import { FunctionError } from '../diagnostics/diagnostic-error.ts';
import { framesOf } from '../diagnostics/stack-frames.ts';
import { readDynamicValue, writeDynamicValue } from '../values/dynamic-value.ts';
import type { Value } from '../values/value.ts';
import { ValueError } from '../values/value-error.ts';
import type { DynamicValue } from '../wire/generated/tfplugin6_pb.js';
import type { ProviderFunction } from './provider-function.ts';
import type { Rpc } from './rpc.ts';

export const callFunction: Rpc<'callFunction'> = async (session, request) => {
  try {
    const definition = session.provider.functions?.[request.name];
    if (definition === undefined) throw new FunctionError('There is no such function.');
    return { result: call(definition, request.arguments) };
  } catch (error) {
    if (!(error instanceof FunctionError)) {
      session.log.error('unexpected failure of a function', { frames: framesOf(error) });
      return {
        error: { text: 'The function failed unexpectedly, which is a bug in the provider.' },
      };
    }
    return { error: { text: escapeControls(error.message), ...argumentOf(error) } };
  }
};

function call(definition: ProviderFunction, wire: readonly DynamicValue[]): DynamicValue {
  const { parameters, variadicParameter, returns } = definition;
  const values = wire.map((argument, index) => {
    const parameter = parameters[index] ?? variadicParameter;
    if (parameter === undefined) throw new FunctionError('There are too many arguments.');
    return readArgument(argument, parameter.type.cty, index);
  });
  const result = definition.call(
    values.slice(0, parameters.length),
    values.slice(parameters.length) as never[],
  );
  return writeDynamicValue(result as Value, returns.cty);
}

function readArgument(
  argument: DynamicValue,
  type: Parameters<typeof readDynamicValue>[1],
  index: number,
): Value {
  try {
    return readDynamicValue(argument, type);
  } catch (error) {
    if (error instanceof ValueError) throw new FunctionError(`Here ${error.message}.`, index);
    throw error;
  }
}

function argumentOf({ argument }: FunctionError): { functionArgument?: bigint } {
  return argument === undefined ? {} : { functionArgument: BigInt(argument) };
}
