import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import type { Provider as ProviderService } from '../wire/generated/tfplugin6_pb.js';
import type { Session } from './session.ts';

type Methods = (typeof ProviderService)['method'];

export type RpcName = keyof Methods;

/**
 * Handles one call of the protocol. It rejects only because of a bug. Errors of an operation are
 * diagnostics of the response.
 */
export type Rpc<N extends RpcName> = (
  session: Session,
  request: MessageShape<Methods[N]['input']>,
) => Promise<MessageInitShape<Methods[N]['output']>>;

/** Finds the definition of a type. Terraform requests only types that the schema has. */
export function definitionOf<T>(
  definitions: Readonly<Record<string, T>> | undefined,
  typeName: string,
): T {
  const definition = definitions?.[typeName];
  if (definition !== undefined && Object.hasOwn(definitions ?? {}, typeName)) return definition;
  throw new DiagnosticError({
    summary: 'Unknown type',
    detail: 'Terraform asked for a type that this version of the provider does not have.',
  });
}
