import { isDeepStrictEqual } from 'node:util';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { Validation } from '../framework/dispatch/operation.ts';
import {
  type CreateRequest,
  defineResource,
  type ImportRequest,
  type PlanRequest,
  type StateRequest,
  type UpdateRequest,
} from '../framework/dispatch/resource.ts';
import { computed, optional, optionalComputed, required } from '../framework/schema/attribute.ts';
import type { Config, State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { string } from '../framework/schema/type.ts';
import { formatPath, pathOf } from '../framework/values/path.ts';
import { confirmWrite, differenceOf } from './confirm-write.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import type { IamResource } from './iam-shapes.ts';
import { findInexactInteger, parseJsonText, sameJson } from './json-text.ts';
import { findResourceIdError } from './resource-id.ts';

function findPropsError(text: string): string | undefined {
  if (parseJsonText(text) === undefined) return 'must be JSON: use jsonencode';
  const place = findInexactInteger(text);
  return place === undefined
    ? undefined
    : `must hold whole numbers of at most 9007199254740991 (2^53 - 1), because JSON would change a larger one: write ${formatPath([{ attribute: 'props' }, ...place])} as a string`;
}

const schema = defineSchema({
  version: 1,
  description: 'A resource for which roles can be bound, such as a store or a till.',
  attributes: {
    id: optionalComputed(string, {
      description:
        'Identifier, `prefix:entity` by convention, such as `bu:001`. Default: `name` at creation.',
      forceNew: true,
      keep: true,
      rule: findResourceIdError,
    }),
    name: required(string, {
      description: 'Name.',
      rule: (name) => (name === '' ? 'must not be empty' : undefined),
    }),
    props: optional(string, {
      description: 'Properties as JSON text: use `jsonencode`. They are compared by value.',
      rule: findPropsError,
      semanticEquals: sameJson,
    }),
    tenant_id: computed(string, { description: 'Tenant of the provider.', keep: true }),
  },
});

type Schema = typeof schema;
type ResourceState = State<Schema>;

/** Without an id, the name is the id, so the rule for ids applies to it. */
function validate({ config, report }: Validation<Config<Schema>>): void {
  const { id, name } = config;
  if (id !== null || typeof name !== 'string' || name === '') return;
  const error = findResourceIdError(name);
  if (error === undefined) return;
  report({
    summary: 'name cannot serve as the id',
    detail: `Without id, the name is the id at creation, and the id ${error}. Give an id.`,
    path: pathOf('name'),
  });
}

/** Without a configured id, the planned id is known as soon as the name is. */
function plan({ config, prior, plan: planned }: PlanRequest<Schema>) {
  if (prior !== undefined || config.id !== null) return planned;
  return { ...planned, id: planned.name };
}

const propsOf = (text: string | null): unknown =>
  text === null ? null : parseJsonText(text)?.value;

function stateOf(
  resource: IamResource,
  given: Pick<ResourceState, 'props'>,
  tenantId: string,
): ResourceState {
  const { id, name, props } = resource;
  const same = given.props !== null && isDeepStrictEqual(propsOf(given.props), props);
  const text = props === null ? null : JSON.stringify(props);
  return { id, name, props: same ? given.props : text, tenant_id: tenantId };
}

const idOf = ({ config }: CreateRequest<Schema, Connection>) => config.id ?? config.name;

async function set(request: CreateRequest<Schema, Connection>, id: string, doing: string) {
  const { config, client, signal } = request;
  const { name } = config;
  const props = propsOf(config.props);
  await client
    .api(signal)
    .setResource(id, { name, props })
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  const toState = (found: IamResource) => stateOf(found, config, client.tenantId);
  return await confirmWrite(request, {
    subject: `Resource ${id}`,
    doing,
    read: (api) => api.findResource(id),
    differences: (found) => [
      ...differenceOf('name', name, found.name),
      ...(isDeepStrictEqual(found.props, props) ? [] : ['props: the API shows another value']),
    ],
    toState,
    written: toState({ id, name, props }),
  });
}

async function create(request: CreateRequest<Schema, Connection>) {
  const { client, signal } = request;
  const id = idOf(request);
  const doing = `Resource ${id} is not created`;
  try {
    // The API creates and replaces with the same call. A creation must not take over an existing
    // resource.
    if ((await client.api(signal).findResource(id)) !== undefined) {
      throw new HiiRetailError('api_conflict');
    }
  } catch (error) {
    throw explainError(error, doing);
  }
  return await set(request, id, doing);
}

async function read({ state, client, signal }: StateRequest<Schema, Connection>) {
  try {
    const resource = await client.api(signal).findResource(state.id ?? '');
    return resource === undefined ? undefined : stateOf(resource, state, client.tenantId);
  } catch (error) {
    throw explainError(error, `Resource ${state.id} cannot be read`);
  }
}

async function update(request: UpdateRequest<Schema, Connection>) {
  const id = request.prior.id ?? '';
  return await set(request, id, `Resource ${id} is not updated`);
}

async function remove({ state, client, signal }: StateRequest<Schema, Connection>) {
  try {
    await client.api(signal).deleteResource(state.id ?? '');
  } catch (error) {
    throw explainError(error, `Resource ${state.id} is not deleted`);
  }
}

async function importResource({ id }: ImportRequest<Connection>): Promise<Partial<ResourceState>> {
  const error = findResourceIdError(id);
  if (error === undefined) return { id };
  throw new DiagnosticError({ summary: 'Not the id of a resource', detail: `The id ${error}.` });
}

export const iamResource = defineResource({
  schema,
  validate,
  plan,
  create,
  read,
  update,
  delete: remove,
  import: importResource,
  // Version 0 is that of extenda/hiiretail, which has the same attributes.
  upgrade: (_version, state) => state,
});
