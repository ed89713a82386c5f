import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import type { Provider as ProviderService } from '../wire/generated/tfplugin6_pb.js';
import type { Session } from './session.ts';

type Methods = (typeof ProviderService)['method'];

export type RpcName = keyof Methods;

/** How one call of the protocol is answered. It rejects only where there is a bug; problems are diagnostics. */
export type Rpc<N extends RpcName> = (
  session: Session,
  request: MessageShape<Methods[N]['input']>,
) => Promise<MessageInitShape<Methods[N]['output']>>;

/** The definition of a type, which Terraform asks for only where the schema has it. */
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
