declare global {
  interface String {
    /** ES2024, in Node since 20.0; TypeScript's es2023 library does not know it yet. */
    isWellFormed(): boolean;
  }
}

/**
 * Text that UTF-8 can hold: a lone surrogate becomes its escape, `\ud800`, six visible characters. Encoders
 * replace it by U+FFFD without a word, and then two different names are one.
 */
export function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\p{Surrogate}/gu, half => `\\u${half.charCodeAt(0).toString(16)}`);
}
