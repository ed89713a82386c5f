const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export type Level = (typeof LEVELS)[number];

/** Structured log on standard error, in the format of go-plugin. Never log a secret. */
export type Log = Readonly<
  Record<Level, (message: string, fields?: Readonly<Record<string, unknown>>) => void>
>;

export interface LogOptions {
  /** Name of the provider, which Terraform shows before each line. */
  readonly module: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

/**
 * A log whose level is `TF_LOG_PROVIDER`, else `TF_LOG`.
 *
 * > [!WARNING]
 * > Terraform panics if `@message`, `@level` or `@timestamp` is not a string. It reads a line as
 * > plain text if the timestamp does not have 6 fractional digits.
 */
export function makeLog({ module, environment, write, now = () => new Date() }: LogOptions): Log {
  const threshold = thresholdOf(environment['TF_LOG_PROVIDER'] ?? environment['TF_LOG'] ?? '');
  const at =
    (level: Level): Log[Level] =>
    (message, fields = {}) => {
      if (LEVELS.indexOf(level) < threshold) return;
      const line = {
        ...fields,
        '@level': level,
        '@message': String(message),
        '@module': module,
        '@timestamp': now().toISOString().replace('Z', '000Z'),
      };
      write(`${JSON.stringify(line)}\n`);
    };
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

function thresholdOf(setting: string): number {
  const name = setting.toLowerCase();
  if (name === 'json') return 0;
  const index = (LEVELS as readonly string[]).indexOf(name);
  return index < 0 ? LEVELS.length : index;
}
