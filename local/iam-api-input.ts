/** The input of a route. */
export interface IamInput {
  /** Captures of the route's pattern, decoded. */
  readonly params: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Reads path and body; returns the texts of their errors if they are invalid, as the API does with
 * 400.
 */
export function readInput(captures: readonly string[], body: Buffer): IamInput | string[] {
  const params = captures.map(decode);
  const json = body.length === 0 ? {} : parse(body.toString());
  const errors = [
    ...(params.includes(undefined) ? ['path must be percent-encoded UTF-8'] : []),
    ...(json === undefined ? ['body must be a JSON object'] : []),
  ];
  return errors.length > 0 ? errors : ({ params, body: json } as IamInput);
}

function decode(capture: string): string | undefined {
  try {
    return decodeURIComponent(capture);
  } catch {
    return undefined;
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
