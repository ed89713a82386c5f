import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import {
  type CreateRequest,
  defineResource,
  type ImportRequest,
  type StateRequest,
  type UpdateRequest,
} from '../framework/dispatch/resource.ts';
import type { JsonRecord } from '../framework/values/json-decode.ts';
import { confirmWrite, differenceOf } from './confirm-write.ts';
import type { Connection } from './connection.ts';
import {
  type CustomRoleState,
  customRoleSchema,
  type RolePermission,
} from './custom-role-schema.ts';
import { explainError } from './explain-error.ts';
import type { RoleWrite } from './iam-api.ts';
import type { CustomRole } from './iam-shapes.ts';
import { isPathSegment } from './rules.ts';

type Schema = typeof customRoleSchema;
type Given = Pick<CustomRoleState, 'permissions' | 'title' | 'description' | 'stage'>;

/** Attributes of a permission as text, because the API accepts and documents only texts. */
function attributesOf(attributes: Readonly<Record<string, unknown>> | null) {
  const entries = Object.entries(attributes ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function keyOf({ id, attributes }: CustomRole['permissions'][number] | RolePermission): string {
  return JSON.stringify([id, Object.entries(attributesOf(attributes)).sort()]);
}

function samePermissions(
  one: readonly (CustomRole['permissions'][number] | RolePermission)[],
  other: readonly (CustomRole['permissions'][number] | RolePermission)[],
): boolean {
  const keys = new Set(one.map(keyOf));
  return (
    keys.size === new Set(other.map(keyOf)).size && other.every((item) => keys.has(keyOf(item)))
  );
}

function stateOf(role: CustomRole, given: Given): CustomRoleState {
  const permissions = samePermissions(role.permissions, given.permissions ?? [])
    ? given.permissions
    : role.permissions.map(({ id, attributes }) => {
        const texts = attributesOf(attributes);
        return { id, attributes: Object.keys(texts).length === 0 ? null : texts };
      });
  const { title, description, stage } = given;
  const never = { created_at: null, updated_at: null };
  return { id: role.id, name: role.name, permissions, title, description, stage, ...never };
}

function writeOf({ name, permissions }: Pick<CustomRoleState, 'name' | 'permissions'>): RoleWrite {
  return {
    ...(name === null ? {} : { name }),
    permissions: permissions.map(({ id, attributes }) =>
      attributes === null ? { id } : { id, attributes },
    ),
  };
}

function describePermissions(
  requested: readonly RolePermission[],
  shown: CustomRole['permissions'],
) {
  if (samePermissions(shown, requested)) return [];
  const wanted = new Set(requested.map(keyOf));
  const present = new Set(shown.map(keyOf));
  const ids = [...requested, ...shown]
    .filter((one) => !wanted.has(keyOf(one)) || !present.has(keyOf(one)))
    .map(({ id }) => id);
  return [
    `permissions: the API shows others, or other attributes: ${[...new Set(ids)].join(', ')}`,
  ];
}

function confirmRole(
  request: CreateRequest<Schema, Connection>,
  written: CustomRole,
  doing: string,
): Promise<CustomRoleState> {
  const { config } = request;
  return confirmWrite(request, {
    subject: `Role ${config.id}`,
    doing,
    read: (api) => api.findRole(config.id),
    differences: ({ name, permissions }) => [
      ...(config.name === null ? [] : differenceOf('name', config.name, name)),
      ...describePermissions(config.permissions, permissions),
    ],
    toState: (role) => stateOf(role, config),
    written: stateOf(written, config),
  });
}

async function create(request: CreateRequest<Schema, Connection>) {
  const { config, client, signal } = request;
  const doing = `Role ${config.id} is not created`;
  const created = await client
    .api(signal)
    .createRole(config.id, writeOf(config))
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  return await confirmRole(request, created, doing);
}

async function read({ state, client, signal }: StateRequest<Schema, Connection>) {
  try {
    const role = await client.api(signal).findRole(state.id);
    return role === undefined ? undefined : stateOf(role, state);
  } catch (error) {
    throw explainError(error, `Role ${state.id} cannot be read`);
  }
}

async function update(request: UpdateRequest<Schema, Connection>) {
  const { config, prior, client, signal } = request;
  const { id, permissions } = config;
  const written = { id, name: config.name ?? prior.name, permissions: [...permissions] };
  const doing = `Role ${id} is not updated`;
  await client
    .api(signal)
    .updateRole(id, writeOf(config))
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  return await confirmRole(request, written, doing);
}

async function remove({ state, client, signal }: StateRequest<Schema, Connection>) {
  try {
    await client.api(signal).deleteRole(state.id);
  } catch (error) {
    throw explainError(error, `Role ${state.id} is not deleted`);
  }
}

async function importRole({ id }: ImportRequest<Connection>): Promise<Partial<CustomRoleState>> {
  const error = isPathSegment(id);
  if (error !== undefined) {
    throw new DiagnosticError({ summary: 'Not the id of a role', detail: `The id ${error}.` });
  }
  return { id, permissions: [] };
}

/** Version 0 is that of `extenda/hiiretail`, whose times do not exist in the API. */
function upgrade(_version: number, state: JsonRecord): JsonRecord {
  const { created_at: _created, updated_at: _updated, ...kept } = state;
  return kept;
}

export const customRoleResource = defineResource({
  schema: customRoleSchema,
  create,
  read,
  update,
  delete: remove,
  import: importRole,
  upgrade,
});
