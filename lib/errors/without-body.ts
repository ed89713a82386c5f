/**
 * A foreign error as the cause of an error of ours: its name, its code and the frames of its stack.
 * Errors of an SDK carry the response that they are about, and a parser quotes it in its message.
 * Such a response can hold a secret.
 */
export function withoutBody(error: unknown): Error {
  const { code } = (error instanceof Error ? error : {}) as Foreign;
  const name = nameOf(error) ?? 'Error';
  const bare: Error & Foreign = new Error(name);
  bare.name = name;
  bare.stack = [name, ...framesOf(error)].join('\n');
  if (isWord(code)) bare.code = code;
  return bare;
}

/**
 * The name of an error. The SDK of AWS takes it from the response.
 *
 * @returns `undefined` if it is no error
 */
export function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return isWord(error.name) ? error.name : 'Error';
}

/** The frames of the stack of an error, without its message, whose lines can look like frames. */
export function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return [];
  const { message, stack } = error;
  const end = stack.indexOf(message);
  const lines = stack.slice(end < 0 ? 0 : end + message.length).split('\n');
  return lines.slice(lines.findLastIndex((line) => !/^\s+at /.test(line)) + 1);
}

interface Foreign {
  code?: unknown;
}

function isWord(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.$-]{1,100}$/.test(text);
}
