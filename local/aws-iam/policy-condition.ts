/**
 * The condition keys of a request. A key that is not set is not in the request. A list is a key with
 * many values, which only `ForAllValues` and `ForAnyValue` read.
 */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Test = (actual: string, expected: string) => boolean;

interface Operator {
  readonly test: Test;
  /** Met if no value matches, and if the key is missing. */
  readonly negated?: true;
}

const equals: Test = (actual, expected) => actual === expected;
const like: Test = (actual, expected) => toRegExp(expected).test(actual);
const equalsIgnoringCase: Test = (actual, expected) =>
  actual.toLowerCase() === expected.toLowerCase();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { test: equals },
  StringNotEquals: { test: equals, negated: true },
  StringLike: { test: like },
  StringNotLike: { test: like, negated: true },
  ArnEquals: { test: likeArn },
  ArnNotEquals: { test: likeArn, negated: true },
  ArnLike: { test: likeArn },
  ArnNotLike: { test: likeArn, negated: true },
  Bool: { test: equalsIgnoringCase },
  NumericLessThan: { test: (actual, expected) => Number(actual) < Number(expected) },
  NumericLessThanEquals: { test: (actual, expected) => Number(actual) <= Number(expected) },
};

/**
 * Whether a condition is met: every key of every operator.
 *
 * @throws Error for an unknown operator or variable
 */
export function isMet(block: ConditionBlock, context: RequestContext): boolean {
  return Object.entries(block).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const expected = [values].flat().map(readValue);
      return isKeyMet(operator, expected, contextValue(context, key));
    }),
  );
}

function isKeyMet(
  operator: string,
  expected: string[],
  actual: string | readonly string[] | undefined,
): boolean {
  // A list of no values counts as a key that is not in the request.
  const isMissing = actual === undefined || actual.length === 0;
  if (operator === 'Null') return expected.includes(String(isMissing));
  const { quantifier, name, ifExists } = readOperator(operator);
  const { test, negated = false } = OPERATORS[name] as Operator;
  const isValueMet = (one: string) => expected.some((value) => test(one, value)) !== negated;
  if (quantifier === 'ForAllValues') return isMissing || [actual].flat().every(isValueMet);
  if (isMissing) return ifExists || negated;
  if (quantifier === 'ForAnyValue') return [actual].flat().some(isValueMet);
  if (typeof actual !== 'string')
    throw new Error(`condition operator ${operator} is not known for a list of values`);
  return isValueMet(actual);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function readOperator(operator: string) {
  const [, quantifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  if (!Object.hasOwn(OPERATORS, name))
    throw new Error(`condition operator ${operator} is not known`);
  return { quantifier, name, ifExists: ifExists !== undefined };
}

// Names of keys are not case-sensitive.
function contextValue(context: RequestContext, key: string) {
  const found = Object.keys(context).find((name) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : context[found];
}

function readValue(value: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof value))
    throw new Error(`condition value ${JSON.stringify(value)} is not known`);
  if (String(value).includes('${')) throw new Error(`policy variable in ${value} is not known`);
  return String(value);
}

/** Compares each of the six parts by itself. A wildcard matches a colon only in the last part. */
export function likeArn(actual: string, expected: string): boolean {
  const [theirs, ours] = [actual, expected].map(splitArn) as [string[], string[]];
  if (theirs.length !== 6 || ours.length !== 6) return false;
  return ours.every((part, at) => toRegExp(part).test(theirs[at] as string));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `*` and `?` are wildcards as in IAM. Everything else is literal. */
export function toRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
