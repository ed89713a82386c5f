import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';
import { ATTRIBUTE_RULES, ENTITY_RULES, findArnPatternError } from './entity-rules.ts';
import { nodesOf, type PolicyNode } from './policy-nodes.ts';

/** A value of a policy that no request can have. */
export interface Unmatchable {
  /** As the policy contains it, without quotes. */
  readonly value: string;
  /** The value, its rule, and what to write. */
  readonly message: string;
}

/**
 * The entities of a policy that can never match, and the values that the attributes of `principal`
 * and `resource` can never have: such as a role with its path, or an account of eleven digits.
 * Cedar accepts these: to it, ids are any text.
 */
export function findUnmatchable({ principal, resource, conditions }: PolicyJson): Unmatchable[] {
  const nodes = [...nodesOf([principal, resource, conditions])];
  const all = nodes.flatMap((node) => [
    ...checkEntity(node),
    ...checkComparison(node),
    ...checkMembership(node),
    ...checkPattern(node),
  ]);
  return [...new Map(all.map((one) => [one.message, one])).values()];
}

function checkEntity({ type, id }: PolicyNode): Unmatchable[] {
  if (typeof type !== 'string' || typeof id !== 'string') return [];
  return never(`${type}::"${id}"`, id, ENTITY_RULES[type]?.(id));
}

function checkComparison(node: PolicyNode): Unmatchable[] {
  const { left, right } = (node['=='] ?? node['!='] ?? {}) as PolicyNode;
  return [...checkValue(left, right), ...checkValue(right, left)];
}

function checkMembership(node: PolicyNode): Unmatchable[] {
  const { left, right } = (node['contains'] ?? {}) as PolicyNode;
  const values = (left as { readonly Set?: unknown } | undefined)?.Set;
  return Array.isArray(values) ? values.flatMap((value) => checkValue(right, value)) : [];
}

function checkValue(attribute: unknown, literal: unknown): Unmatchable[] {
  const name = nameOfAttribute(attribute);
  const value = (literal as PolicyNode | undefined)?.['Value'];
  if (name === undefined || typeof value !== 'string') return [];
  return never(`${name} "${value}"`, value, ATTRIBUTE_RULES[name]?.(value));
}

function checkPattern(node: PolicyNode): Unmatchable[] {
  const { left, pattern } = (node['like'] ?? {}) as PolicyNode;
  if (nameOfAttribute(left) !== 'principal.arn' || !Array.isArray(pattern)) return [];
  const text = pattern.map((part) => (part === 'Wildcard' ? '*' : part.Literal)).join('');
  return never(`principal.arn like "${text}"`, text, findArnPatternError(text));
}

/** `principal.arn`, if an expression reads that. */
function nameOfAttribute(expression: unknown): string | undefined {
  const { left, attr } = ((expression as PolicyNode | undefined)?.['.'] ?? {}) as PolicyNode;
  const variable = (left as PolicyNode | undefined)?.['Var'];
  return variable === undefined ? undefined : `${variable}.${attr}`;
}

function never(shown: string, value: string, rule: string | undefined): Unmatchable[] {
  return rule === undefined ? [] : [{ value, message: `${shown} never matches: ${rule}` }];
}
