/** Ids that the API accepts: no slash, not `.` or `..`, at most one double underscore. */
const RESOURCE_ID = /^(?!\.\.?$)(?!.*__.*__)([^/]{1,1500})$/;

/** @returns the error of a resource id, in words, or `undefined` */
export function findResourceIdError(id: string): string | undefined {
  return RESOURCE_ID.test(id)
    ? undefined
    : 'must have 1 to 1500 characters, no slash, at most one double underscore, and be neither "." nor ".."';
}
