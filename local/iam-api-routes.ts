import { randomUUID } from 'node:crypto';
import type { IamInput } from './iam-api-input.ts';
import {
  type IamTenant,
  permissions,
  predefinedRoles,
  type StoredBinding,
  type StoredGroup,
} from './iam-api-store.ts';

export interface IamRequest extends IamInput {
  readonly tenant: IamTenant;
  readonly query: URLSearchParams;
  readonly quirks: IamQuirks;
}

/** Known quirks of the API, which tests can set. */
export interface IamQuirks {
  /** Milliseconds until readers see what was written. */
  visibilityDelay: number;
  /** Milliseconds for which a group is `Creating` or `Updating`. */
  busyFor: number;
  /** Responds with success and stores nothing. */
  forgetWrites: boolean;
  /** Prefix of role ids in lists of a group's roles: the real API sends `custom-roles/`. */
  rolePrefix: string;
}

export interface IamReply {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly permission: string;
  readonly serve: (request: IamRequest) => IamReply;
}

const TENANT = '/api/v1/tenants/[^/]+';
const TENANT2 = '/api/v2/tenants/[^/]+';
const ID = '([^/]+)';
const RESOURCE_ID = /^(?!\.\.?$)(?!.*__.*__)([^/]{1,1500})$/;

function route(method: string, path: string, permission: string, serve: Route['serve']): Route {
  return { method, pattern: new RegExp(`^${path}$`), permission, serve };
}

export function refuse(status: number, message: string | string[]): IamReply {
  const errors: Record<number, string> = {
    400: 'Bad Request',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
  };
  return { status, body: { statusCode: status, message, error: errors[status] } };
}

function page<T>(items: readonly T[], query: URLSearchParams): IamReply {
  const offset = Number(query.get('offset') ?? 0);
  const limit = Math.min(Number(query.get('limit') ?? 1000), 1000);
  return { status: 200, body: items.slice(offset, offset + limit) };
}

function matching<T extends { readonly name?: string; readonly id: string }>(
  items: readonly T[],
  query: URLSearchParams,
): T[] {
  const text = (query.get('searchString') ?? '').toLowerCase();
  return items
    .filter(({ name = '', id }) => `${name} ${id}`.toLowerCase().includes(text))
    .sort((one, other) => ((one.name ?? '') < (other.name ?? '') ? -1 : 1));
}

function showGroup({ busyUntil, busy, ...group }: StoredGroup) {
  return { ...group, status: Date.now() < busyUntil ? busy : 'Created' };
}

function lengthErrors(body: IamRequest['body'], name: string, most: number): string[] {
  const value = body[name];
  if (value === undefined) return [];
  return typeof value === 'string' && value.length <= most
    ? []
    : [`${name} must be shorter than or equal to ${most} characters`];
}

const groupRoutes: readonly Route[] = [
  route('POST', `${TENANT}/groups`, 'iam.group.create', ({ tenant, body, quirks }) => {
    const errors = [
      ...(typeof body['name'] === 'string' ? [] : ['name must be a string']),
      ...lengthErrors(body, 'name', 255),
      ...lengthErrors(body, 'description', 255),
    ];
    if (errors.length > 0) return refuse(400, errors);
    const { id = randomUUID(), name, description } = body as Record<string, string>;
    const taken = tenant.groups.all().some((group) => group.name === name);
    if (taken || tenant.groups.findLatest(String(id)) !== undefined) {
      return refuse(409, 'Group already exists');
    }
    const group: StoredGroup = {
      id: String(id),
      name: String(name),
      ...(description === undefined ? {} : { description }),
      busyUntil: Date.now() + quirks.busyFor,
      busy: 'Creating',
    };
    if (!quirks.forgetWrites) tenant.groups.put(group.id, group, quirks.visibilityDelay);
    return { status: 201, body: showGroup(group) };
  }),
  route('GET', `${TENANT}/groups`, 'iam.group.list', ({ tenant, query }) =>
    page(matching(tenant.groups.all(), query).map(showGroup), query),
  ),
  route('GET', `${TENANT}/groups/${ID}`, 'iam.group.get', ({ tenant, params: [id = ''] }) => {
    const group = tenant.groups.find(id);
    return group === undefined
      ? refuse(404, 'Group not found')
      : { status: 200, body: showGroup(group) };
  }),
  route(
    'PUT',
    `${TENANT}/groups/${ID}`,
    'iam.group.update',
    ({ tenant, params: [id = ''], body, quirks }) => {
      const group = tenant.groups.findLatest(id);
      if (group === undefined) return refuse(404, 'Group not found');
      const { name = group.name, description = group.description } = body as Partial<StoredGroup>;
      const changed: StoredGroup = {
        id,
        name,
        ...(description === undefined ? {} : { description }),
        busyUntil: Date.now() + quirks.busyFor,
        busy: 'Updating',
      };
      if (!quirks.forgetWrites) tenant.groups.put(id, changed, quirks.visibilityDelay);
      return { status: 204 };
    },
  ),
  route('DELETE', `${TENANT}/groups/${ID}`, 'iam.group.delete', ({ tenant, params: [id = ''] }) => {
    tenant.groups.put(id, undefined);
    tenant.bindings.delete(id);
    return { status: 204 };
  }),
];

const PERMISSION_ID = /^[a-z][-a-z]{2}\.[a-z][-a-z]{1,15}\.[a-z][-a-z]{1,15}$/;

function roleErrors({ permissions: list, name }: Record<string, unknown>): string[] {
  const all = (Array.isArray(list) ? list : []) as { id: string }[];
  return [
    ...(name === undefined || (String(name).length >= 3 && String(name).length <= 256)
      ? []
      : ['name must be from 3 to 256 characters']),
    ...all.filter(({ id }) => !PERMISSION_ID.test(id)).map(({ id }) => `${id} is no permission`),
  ];
}

const roleRoutes: readonly Route[] = [
  route('POST', `${TENANT}/roles`, 'iam.custom-role.create', ({ tenant, body, quirks }) => {
    const errors = roleErrors(body);
    if (errors.length > 0) return refuse(400, errors);
    const id = String(body['id']);
    if (tenant.roles.findLatest(id) !== undefined) return refuse(409, 'Role already exists');
    const { name, permissions: list } = body as { name?: string; permissions: [] };
    const role = { id, permissions: list, ...(name === undefined ? {} : { name }) };
    if (!quirks.forgetWrites) tenant.roles.put(id, role, quirks.visibilityDelay);
    return { status: 201, body: role };
  }),
  // The specification says 201 for a list.
  route('GET', `${TENANT}/roles`, 'iam.custom-role.list', ({ tenant, query }) => ({
    ...page(tenant.roles.all(), query),
    status: 201,
  })),
  route('GET', `${TENANT}/roles/${ID}`, 'iam.custom-role.get', ({ tenant, params: [id = ''] }) => {
    const role = tenant.roles.find(id);
    if (role === undefined) return refuse(404, 'Role not found');
    const aliased = role.permissions.map((one) => ({ ...one, alias: `Alias of ${one.id}` }));
    return { status: 200, body: { ...role, permissions: aliased } };
  }),
  route(
    'PUT',
    `${TENANT}/roles/${ID}`,
    'iam.custom-role.update',
    ({ tenant, params: [id = ''], body, quirks }) => {
      const role = tenant.roles.findLatest(id);
      if (role === undefined) return refuse(404, 'Role not found');
      const errors = roleErrors(body);
      if (errors.length > 0) return refuse(400, errors);
      const changed = { ...role, ...body, id };
      if (!quirks.forgetWrites) tenant.roles.put(id, changed, quirks.visibilityDelay);
      return { status: 204 };
    },
  ),
  route(
    'DELETE',
    `${TENANT}/roles/${ID}`,
    'iam.custom-role.delete',
    ({ tenant, params: [id = ''] }) => {
      tenant.roles.put(id, undefined);
      return { status: 204 };
    },
  ),
  route('GET', '/api/v1/roles', 'iam.role.list', ({ query }) =>
    page(matching(predefinedRoles, query), query),
  ),
  route('GET', '/api/v1/permissions', 'iam.permission.list', () => ({
    status: 200,
    body: permissions,
  })),
];

const keyOf = (roleId: string, isCustom: boolean) => `${isCustom} ${roleId}`;

function knowsRole(tenant: IamTenant, roleId: string, isCustom: boolean): boolean {
  return isCustom
    ? tenant.roles.findLatest(roleId) !== undefined
    : predefinedRoles.some(({ id }) => id === roleId);
}

function bindingErrors(bindings: unknown): string[] {
  if (!Array.isArray(bindings)) return ['bindings must be an array'];
  return bindings.length <= 10 ? [] : ['bindings must contain no more than 10 elements'];
}

const bindingRoutes: readonly Route[] = [
  route(
    'POST',
    `${TENANT2}/groups/${ID}/roles`,
    'iam.group.assign-role',
    ({ tenant, params: [groupId = ''], body, quirks }) => {
      const errors = bindingErrors(body['bindings']);
      if (errors.length > 0) return refuse(400, errors);
      const { roleId, isCustom = false, bindings } = body as unknown as StoredBinding;
      const store = tenant.bindingsOf(groupId);
      const key = keyOf(roleId, isCustom);
      if (store.findLatest(key) !== undefined) return refuse(409, 'Role already assigned');
      // A role that does not exist is accepted and not stored.
      if (knowsRole(tenant, roleId, isCustom) && !quirks.forgetWrites) {
        store.put(key, { roleId, isCustom, bindings }, quirks.visibilityDelay);
      }
      return { status: 200 };
    },
  ),
  route(
    'GET',
    `${TENANT2}/groups/${ID}/roles`,
    'iam.group.list-roles',
    ({ tenant, params: [groupId = ''], quirks }) => {
      if (tenant.groups.find(groupId) === undefined) return refuse(404, 'Group not found');
      const all = tenant.bindingsOf(groupId).all();
      const shown = all.map((one) => ({ ...one, roleId: `${quirks.rolePrefix}${one.roleId}` }));
      return { status: 200, body: shown };
    },
  ),
  route(
    'PUT',
    `${TENANT2}/groups/${ID}/roles/${ID}`,
    'iam.group.assign-role',
    ({ tenant, params: [groupId = '', roleId = ''], query, body, quirks }) => {
      const store = tenant.bindingsOf(groupId);
      const key = keyOf(roleId, query.get('isCustom') === 'true');
      const binding = store.findLatest(key);
      if (binding === undefined) return refuse(404, 'Role is not assigned');
      const errors = bindingErrors(body['bindings']);
      if (errors.length > 0) return refuse(400, errors);
      const bindings = body['bindings'] as string[];
      if (!quirks.forgetWrites) store.put(key, { ...binding, bindings }, quirks.visibilityDelay);
      return { status: 200 };
    },
  ),
  route(
    'DELETE',
    `${TENANT}/groups/${ID}/roles/${ID}`,
    'iam.group.unassign-role',
    ({ tenant, params: [groupId = '', roleId = ''], query }) => {
      const store = tenant.bindingsOf(groupId);
      const key = keyOf(roleId, query.get('isCustom') === 'true');
      if (store.findLatest(key) === undefined) return refuse(404, 'Role is not assigned');
      store.put(key, undefined);
      return { status: 204 };
    },
  ),
];

const resourceRoutes: readonly Route[] = [
  route(
    'PUT',
    `${TENANT}/resources/${ID}`,
    'iam.resource.set',
    ({ tenant, params: [id = ''], body, quirks }) => {
      if (!RESOURCE_ID.test(id)) return refuse(400, ['id is not valid']);
      const known = tenant.resources.findLatest(id) !== undefined;
      const resource = { id, name: String(body['name']), props: body['props'] ?? null };
      if (!quirks.forgetWrites) tenant.resources.put(id, resource, quirks.visibilityDelay);
      return { status: known ? 200 : 201, body: resource };
    },
  ),
  route('GET', `${TENANT}/resources/${ID}`, 'iam.resource.get', ({ tenant, params: [id = ''] }) => {
    const resource = tenant.resources.find(id);
    return resource === undefined
      ? refuse(404, 'Resource not found')
      : { status: 200, body: resource };
  }),
  route(
    'DELETE',
    `${TENANT}/resources/${ID}`,
    'iam.resource.delete',
    ({ tenant, params: [id = ''] }) => {
      if (tenant.resources.findLatest(id) === undefined) return refuse(404, 'Resource not found');
      tenant.resources.put(id, undefined);
      return { status: 204 };
    },
  ),
];

/** The routes of the API. Every other path gets 403 from the gateway in front of it. */
export const routes: readonly Route[] = [
  ...groupRoutes,
  ...roleRoutes,
  ...bindingRoutes,
  ...resourceRoutes,
];
