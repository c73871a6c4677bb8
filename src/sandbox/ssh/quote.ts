/** Makes an argument one word for a POSIX shell. */
export function quoteForShell(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
