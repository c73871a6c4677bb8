/**
 * Makes one command line of arguments, as a program's C runtime and CommandLineToArgvW take it apart again
 * (learn.microsoft.com, "Parsing C command-line arguments"): backslashes count only before a quote.
 */
export function toCommandLine(argv: readonly string[]): string {
  return argv.map(toArgument).join(' ');
}

function toArgument(text: string): string {
  if (text !== '' && !/[\s"]/.test(text)) return text;
  const escaped = text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1');
  return `"${escaped}"`;
}
