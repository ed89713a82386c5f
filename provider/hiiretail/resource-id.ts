/** What the API takes for the id of a resource: no slash, neither `.` nor `..`, at most one pair of underscores. */
const RESOURCE_ID = /^(?!\.\.?$)(?!.*__.*__)([^/]{1,1500})$/;

/** The rule that a resource id breaks, in words, or `undefined`. */
export function findResourceIdError(id: string): string | undefined {
  return RESOURCE_ID.test(id)
    ? undefined
    : 'must have 1 to 1500 characters, no slash, at most one double underscore, and be neither "." nor ".."';
}
