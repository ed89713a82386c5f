import * as v from 'valibot';
import { HiiRetailError } from './hiiretail-error.ts';
import type { IamCall } from './iam-call.ts';
import {
  bindingShape,
  customRoleShape,
  groupShape,
  permissionShape,
  predefinedRoleShape,
  resourceShape,
} from './iam-shapes.ts';
import type { IamTransport } from './iam-transport.ts';

const PAGE = 1000;

/** The written attributes of a custom role. */
export interface RoleWrite {
  readonly name?: string;
  readonly permissions: readonly {
    readonly id: string;
    readonly attributes?: Readonly<Record<string, string>>;
  }[];
}

/**
 * The IAM API of one tenant, with one method for each route. Reads of an object that does not exist
 * return `undefined`. Deletions of one succeed.
 *
 * @throws HiiRetailError, VendError, TokenVendingError
 */
export class IamApi {
  readonly #transport: IamTransport;
  readonly #tenantId: string;
  readonly #signal: AbortSignal;

  constructor(transport: IamTransport, tenantId: string, signal: AbortSignal) {
    this.#transport = transport;
    this.#tenantId = tenantId;
    this.#signal = signal;
  }

  async createGroup(group: { id?: string; name: string; description?: string }) {
    const call = this.#call('POST', ['groups'], 'iam.group.create', group);
    return parse(groupShape, await this.#send(call));
  }

  async findGroup(id: string) {
    return await this.#find(this.#call('GET', ['groups', id], 'iam.group.get'), groupShape);
  }

  async listGroups(searchString: string | null) {
    const query = { sortBy: 'name', ...(searchString === null ? {} : { searchString }) };
    return await this.#list(this.#call('GET', ['groups'], 'iam.group.list'), groupShape, query);
  }

  async updateGroup(id: string, change: { name: string; description: string }): Promise<void> {
    await this.#send(this.#call('PUT', ['groups', id], 'iam.group.update', change));
  }

  async deleteGroup(id: string): Promise<void> {
    await this.#delete(this.#call('DELETE', ['groups', id], 'iam.group.delete'));
  }

  async createRole(id: string, role: RoleWrite) {
    const call = this.#call('POST', ['roles'], 'iam.custom-role.create', { id, ...role });
    return parse(customRoleShape, await this.#send(call));
  }

  async findRole(id: string) {
    const call = this.#call('GET', ['roles', id], 'iam.custom-role.get');
    return await this.#find(call, customRoleShape);
  }

  async listCustomRoles() {
    return await this.#list(this.#call('GET', ['roles'], 'iam.custom-role.list'), customRoleShape);
  }

  async updateRole(id: string, role: RoleWrite): Promise<void> {
    await this.#send(this.#call('PUT', ['roles', id], 'iam.custom-role.update', role));
  }

  async deleteRole(id: string): Promise<void> {
    await this.#delete(this.#call('DELETE', ['roles', id], 'iam.custom-role.delete'));
  }

  async listPredefinedRoles(searchString: string | null) {
    const path = ['api', 'v1', 'roles'];
    const query = { sortBy: 'name', ...(searchString === null ? {} : { searchString }) };
    const call = { method: 'GET', path, permission: 'iam.role.list' } as const;
    return await this.#list(call, predefinedRoleShape, query);
  }

  async assignRole(
    groupId: string,
    binding: { roleId: string; isCustom: boolean; bindings: readonly string[] },
  ): Promise<void> {
    const call = this.#call('POST', ['groups', groupId, 'roles'], 'iam.group.assign-role', binding);
    await this.#send(inVersion2(call));
  }

  /** The bindings of a group; `undefined` if the group does not exist. */
  async listBindings(groupId: string) {
    const call = this.#call('GET', ['groups', groupId, 'roles'], 'iam.group.list-roles');
    return await this.#find(inVersion2(call), v.array(bindingShape));
  }

  async updateBinding(
    groupId: string,
    { roleId, isCustom, bindings }: Parameters<IamApi['assignRole']>[1],
  ): Promise<void> {
    const path = ['groups', groupId, 'roles', roleId];
    const call = this.#call('PUT', path, 'iam.group.assign-role', { bindings });
    await this.#send({ ...inVersion2(call), query: { isCustom: String(isCustom) } });
  }

  /**
   * This route exists only in version 1. Version 2 responds with 403.
   *
   * @returns whether the role was bound according to the API. After a 404 it may still be bound as
   *   the other kind
   */
  async unassignRole(groupId: string, roleId: string, isCustom: boolean): Promise<boolean> {
    const path = ['groups', groupId, 'roles', roleId];
    const call = this.#call('DELETE', path, 'iam.group.unassign-role');
    return await this.#delete({ ...call, query: { isCustom: String(isCustom) } });
  }

  /** Creates or replaces a resource. */
  async setResource(id: string, resource: { name: string; props: unknown }): Promise<void> {
    await this.#send(this.#call('PUT', ['resources', id], 'iam.resource.set', resource));
  }

  async findResource(id: string) {
    const call = this.#call('GET', ['resources', id], 'iam.resource.get');
    return await this.#find(call, resourceShape);
  }

  async deleteResource(id: string): Promise<void> {
    await this.#delete(this.#call('DELETE', ['resources', id], 'iam.resource.delete'));
  }

  async listPermissions() {
    const path = ['api', 'v1', 'permissions'];
    const call = { method: 'GET', path, permission: 'iam.permission.list' } as const;
    return parse(v.array(permissionShape), await this.#send(call));
  }

  #call(
    method: IamCall['method'],
    path: readonly string[],
    permission: string,
    body?: unknown,
  ): IamCall {
    const full = ['api', 'v1', 'tenants', this.#tenantId, ...path];
    return { method, path: full, permission, ...(body === undefined ? {} : { body }) };
  }

  async #send(call: IamCall): Promise<unknown> {
    return (await this.#transport.send(call, this.#signal)).json;
  }

  async #find<T>(call: IamCall, shape: v.GenericSchema<unknown, T>): Promise<T | undefined> {
    try {
      return parse(shape, await this.#send(call));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** @returns whether the object existed */
  async #delete(call: IamCall): Promise<boolean> {
    try {
      await this.#send(call);
      return true;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return false;
    }
  }

  /** Reads all pages. The API returns no total, so the first short page is the last. */
  async #list<T extends { readonly id: string }>(
    call: IamCall,
    shape: v.GenericSchema<unknown, T>,
    query: Readonly<Record<string, string>> = {},
  ): Promise<readonly T[]> {
    const all = new Map<string, T>();
    for (let offset = 0; ; offset += PAGE) {
      const paged = { ...query, limit: String(PAGE), offset: String(offset) };
      const page = parse(v.array(shape), await this.#send({ ...call, query: paged }));
      const before = all.size;
      for (const item of page) all.set(item.id, item);
      // A server that ignores the offset would return the same page forever.
      if (page.length < PAGE || all.size === before) return [...all.values()];
    }
  }
}

function inVersion2(call: IamCall): IamCall {
  return { ...call, path: ['api', 'v2', ...call.path.slice(2)] };
}

function isNotFound(error: unknown): boolean {
  return error instanceof HiiRetailError && error.code === 'api_not_found';
}

function parse<T>(shape: v.GenericSchema<unknown, T>, json: unknown): T {
  const result = v.safeParse(shape, json);
  if (!result.success) throw new HiiRetailError('api_answer_invalid');
  return result.output;
}
