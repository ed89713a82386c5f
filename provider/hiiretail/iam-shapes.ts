import * as v from 'valibot';

// Members that the API may add later are ignored. Absent members are null or a default.
const text = v.string();
const maybeText = v.optional(v.nullable(text), null);

export const groupShape = v.object({
  id: text,
  name: text,
  description: maybeText,
  status: v.optional(text, 'Created'),
});

export const customRoleShape = v.object({
  id: text,
  name: maybeText,
  permissions: v.optional(
    v.array(
      v.object({
        id: text,
        attributes: v.optional(v.nullable(v.record(text, v.unknown())), null),
      }),
    ),
    [],
  ),
});

export const predefinedRoleShape = v.object({
  id: text,
  name: maybeText,
  permissions: v.optional(v.array(text), []),
  fixedBindings: v.optional(v.array(text), []),
});

export const bindingShape = v.object({
  roleId: text,
  bindings: v.optional(v.nullable(v.array(text)), []),
  isCustom: v.optional(v.boolean()),
});

export const resourceShape = v.object({
  id: text,
  name: text,
  props: v.optional(v.unknown(), null),
});

export const permissionShape = v.object({ id: text, description: maybeText, alias: maybeText });

export type Group = v.InferOutput<typeof groupShape>;
export type CustomRole = v.InferOutput<typeof customRoleShape>;
export type PredefinedRole = v.InferOutput<typeof predefinedRoleShape>;
export type Binding = v.InferOutput<typeof bindingShape>;
export type IamResource = v.InferOutput<typeof resourceShape>;
export type Permission = v.InferOutput<typeof permissionShape>;
