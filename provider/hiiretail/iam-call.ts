/** One call of the IAM API. */
export interface IamCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments of the path after the base, unescaped. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What the caller's client must be allowed, for the message when it is not. */
  readonly permission: string;
}

export interface IamResponse {
  readonly status: number;
  /** Parsed, `undefined` for an empty body. */
  readonly json: unknown;
}

/**
 * The URL of a call. Each segment is escaped by itself, so that an identifier with `/`, `?` or `%` stays one; `:` is legal in paths and
 * stays readable in the API's log.
 */
export function urlOf(baseUrl: string, { path, query = {} }: IamCall): URL {
  const segments = path.map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':'));
  const url = new URL(`${baseUrl}/${segments.join('/')}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Whether a segment can stand in a path at all: URLs resolve `.` and `..` away, which would address something else. */
export function canStandInPath(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..';
}
