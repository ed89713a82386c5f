import type { Rule } from './settings-reader.ts';

/** Ids of tenants are opaque: usually 20 letters and digits. */
export const isTenantId: Rule<string> = (text) =>
  /^[\w-]{1,255}$/.test(text) ? undefined : 'must be 1 to 255 letters, digits, - or _';

/**
 * An OCMS client id is base64url of text, at most 255 characters. Some tools add padding, which is
 * accepted.
 */
export const isClientId: Rule<string> = (text) => {
  if (/[\s\p{Cc}]/u.test(text)) {
    return 'must be one word without spaces and line breaks: copy the client id as OCMS shows it, not its decoded text';
  }
  return /^[\w-]{1,255}={0,2}$/.test(text)
    ? undefined
    : 'must be 1 to 255 letters, digits, - or _ as OCMS shows it (base64url, not standard base64)';
};

/**
 * OCMS issues 64 hexadecimal digits, but does not document that, so any printable text without
 * spaces is accepted.
 */
export const isClientSecret: Rule<string> = (text) =>
  /^[\x21-\x7e]{1,1024}$/.test(text)
    ? undefined
    : 'must be 1 to 1024 printable characters without spaces and line breaks';
