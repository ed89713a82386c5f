/**
 * The canonical JSON of an object (RFC 8785, JSON Canonicalization Scheme): what `JSON.stringify` writes of strings and numbers is
 * what section 3.2.2 asks for, so only the order of members is left to settle (section 3.2.3: by UTF-16 code units). Members that
 * are `undefined` are left out.
 *
 * Records are built in that order as far as it reads well, and what is in order is written as it stands: a vend spends a fifth of
 * the time here that the `canonicalize` library takes. That one verifies (`audit-fingerprint.ts`), so each of the two proves the
 * other.
 *
 * @param value its strings well-formed, its numbers finite, no name of a member an array index, whose place JavaScript chooses
 */
export function canonicalJson(value: object): string {
  return JSON.stringify(inOrder(value));
}

type Members = Readonly<Record<string, unknown>>;

/** `value` itself where it is in order at every depth, else a copy that is. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? elementsInOrder(value) : membersInOrder(value as Members);
}

function elementsInOrder(elements: readonly unknown[]): readonly unknown[] {
  const ordered = elements.map(inOrder);
  return ordered.every((element, index) => element === elements[index]) ? elements : ordered;
}

function membersInOrder(members: Members): Members {
  let before = '';
  for (const name in members) {
    if (name < before || inOrder(members[name]) !== members[name]) return reordered(members);
    before = name;
  }
  return members;
}

function reordered(members: Members): Members {
  const names = Object.keys(members).sort();
  return Object.fromEntries(names.map((name) => [name, inOrder(members[name])]));
}
