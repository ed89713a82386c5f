import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Schema } from '../schema/schema.ts';
import { schemaToWire, typeToWire } from '../schema/schema-to-wire.ts';
import {
  type FunctionSchema,
  StringKind,
  type Function as WireFunction,
  type Schema as WireSchema,
} from '../wire/generated/tfplugin6_pb.js';
import type { Parameter, ProviderFunction } from './provider-function.ts';
import type { Rpc } from './rpc.ts';

const serverCapabilities = { planDestroy: true, getProviderSchemaOptional: true };

export const getProviderSchema: Rpc<'getProviderSchema'> = async ({ provider }) => ({
  provider: schemaToWire(provider.schema),
  resourceSchemas: schemasOf(provider.resources),
  dataSourceSchemas: schemasOf(provider.dataSources),
  ephemeralResourceSchemas: schemasOf(provider.ephemeralResources),
  functions: functionsOf(provider.functions),
  serverCapabilities,
});

/** Terraform does not call this. Tools that combine providers do. */
export const getMetadata: Rpc<'getMetadata'> = async ({ provider }) => ({
  serverCapabilities,
  resources: typeNames(provider.resources),
  dataSources: typeNames(provider.dataSources),
  ephemeralResources: typeNames(provider.ephemeralResources),
  functions: Object.keys(provider.functions ?? {}).map((name) => ({ name })),
});

export const getFunctions: Rpc<'getFunctions'> = async ({ provider }) => ({
  functions: functionsOf(provider.functions),
});

/** Terraform calls this from 1.12 on. No resource has an identity schema. */
export const getResourceIdentitySchemas: Rpc<'getResourceIdentitySchemas'> = async () => ({});

type Definitions = Readonly<Record<string, { readonly schema: Schema }>> | undefined;

function schemasOf(definitions: Definitions): Record<string, WireSchema> {
  return Object.fromEntries(
    Object.entries(definitions ?? {}).map(([name, { schema }]) => [name, schemaToWire(schema)]),
  );
}

function typeNames(definitions: Definitions): { typeName: string }[] {
  return Object.keys(definitions ?? {}).map((typeName) => ({ typeName }));
}

type FunctionInit = MessageInitShape<typeof FunctionSchema>;

function functionsOf(
  functions: Readonly<Record<string, ProviderFunction>> | undefined,
): Record<string, FunctionInit & Partial<WireFunction>> {
  return Object.fromEntries(
    Object.entries(functions ?? {}).map(([name, definition]) => [name, functionToWire(definition)]),
  ) as Record<string, FunctionInit & Partial<WireFunction>>;
}

function functionToWire(definition: ProviderFunction): FunctionInit {
  const { summary, description, parameters, variadicParameter, returns, deprecated } = definition;
  return {
    summary,
    description,
    descriptionKind: StringKind.MARKDOWN,
    deprecationMessage: deprecated ?? '',
    parameters: parameters.map(parameterToWire),
    return: { type: typeToWire(returns.cty) },
    ...(variadicParameter === undefined
      ? {}
      : { variadicParameter: parameterToWire(variadicParameter) }),
  };
}

function parameterToWire({ name, type, description }: Parameter) {
  return {
    name,
    type: typeToWire(type.cty),
    description,
    descriptionKind: StringKind.MARKDOWN,
  };
}
