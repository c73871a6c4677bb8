/** The most words of a command line that are kept. */
export const MAX_WORDS = 1024;

export interface CommandLine {
  readonly words: readonly string[];
  /** There were more words than are kept. */
  readonly isCut: boolean;
}

/**
 * Splits a command line into what a program's `main` is given on Windows, by the rules of Microsoft's C runtime since
 * 2008 (learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments), which python.exe and nearly everything
 * else is linked with. `CommandLineToArgvW` differs in runs of quotes alone: `"a""b"` is one word there as here, but it
 * ends the quoted part. cmd.exe and PowerShell read their line in ways of their own: rules about them look at the line.
 *
 * `"C:\Program Files\Python312\python.exe" -c "print(\"hi\")"`
 */
export function splitCommandLine(line: string): CommandLine {
  const words: string[] = [];
  const reader = new WordReader(line);
  if (line !== '') words.push(reader.program());
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    if (words.length >= MAX_WORDS) return { words, isCut: true };
    words.push(word);
  }
  return { words, isCut: false };
}

class WordReader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  /** The first word is a file's name: no backslash escapes anything in it. */
  program(): string {
    let word = '';
    let isQuoted = false;
    for (; this.#at < this.#line.length; this.#at += 1) {
      const character = this.#line[this.#at] ?? '';
      if (!isQuoted && isBlank(character)) break;
      if (character === '"') isQuoted = !isQuoted;
      else word += character;
    }
    return word;
  }

  /** The next word; undefined when there is none. An unclosed quote lasts to the end. */
  next(): string | undefined {
    while (isBlank(this.#character)) this.#at += 1;
    if (this.#at >= this.#line.length) return undefined;
    let word = '';
    let isQuoted = false;
    while (this.#at < this.#line.length) {
      const slashes = this.#countBackslashes();
      const isQuote = this.#character === '"';
      word += '\\'.repeat(isQuote ? slashes >> 1 : slashes);
      if (!isQuoted && isBlank(this.#character)) break;
      if (!isQuote || slashes % 2 === 1) word += this.#character;
      else if (isQuoted && this.#line[this.#at + 1] === '"') word += this.#skipQuote();
      else isQuoted = !isQuoted;
      this.#at += 1;
    }
    return word;
  }

  get #character(): string {
    return this.#line[this.#at] ?? '';
  }

  /** Two quotes inside of quotes are one. */
  #skipQuote(): string {
    this.#at += 1;
    return '"';
  }

  #countBackslashes(): number {
    const from = this.#at;
    while (this.#character === '\\') this.#at += 1;
    return this.#at - from;
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}
