/** One call of the IAM API. */
export interface IamCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path segments after the base URL, unescaped. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The permission that the client needs. An error shows it. */
  readonly permission: string;
}

export interface IamResponse {
  readonly status: number;
  /** Parsed body; `undefined` if it is empty. */
  readonly json: unknown;
}

/**
 * The URL of a call. Each segment is escaped separately, so an identifier may contain `/`, `?` or
 * `%`. `:` is valid in paths, and stays readable in the log of the API.
 */
export function urlOf(baseUrl: string, { path, query = {} }: IamCall): URL {
  const segments = path.map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':'));
  const url = new URL(`${baseUrl}/${segments.join('/')}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/**
 * Whether a path may contain a segment. URLs resolve `.` and `..`, so the call would address
 * another object.
 */
export function canStandInPath(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..';
}
