import * as v from 'valibot';

/** The destination of audit records. */
export type AuditDestination =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'file'; readonly directory: string };

const AUDIT_RULE =
  'must be s3://bucket or s3://bucket/prefix, or file:///directory in the local system';
const AUDIT_URL =
  /^(?:s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w/.=-]*))?|file:\/\/(\/.+))$/;

/** Schema of an environment variable that names a destination. */
export const auditDestination = v.pipe(
  v.string('must be set'),
  v.regex(AUDIT_URL, AUDIT_RULE),
  v.transform(toDestination),
);

function toDestination(url: string): AuditDestination {
  const [, bucket, prefix, directory] = AUDIT_URL.exec(url) as RegExpExecArray;
  return bucket === undefined
    ? { kind: 'file', directory: directory as string }
    : { kind: 's3', bucket, prefix: prefix ?? '' };
}
