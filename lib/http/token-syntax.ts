// RFC 6749 section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/;

export function isScopeToken(text: string): boolean {
  return SCOPE_TOKEN.test(text);
}

/** Printable ASCII (RFC 6749 appendix A.12) without spaces, which a header cannot contain (RFC 6750 section 2.1). */
export function isAccessToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}
