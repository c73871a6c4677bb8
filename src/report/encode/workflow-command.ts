import { shown } from './shown.ts';

/** Longest message of an annotation. */
export const maxMessageLength = 1_000;

/** How loud an annotation is. */
export type AnnotationLevel = 'error' | 'warning' | 'notice';

/** What may stand beside the message. */
export interface AnnotationPlace {
  readonly title: string;
  readonly file?: string;
  readonly line?: number;
}

/**
 * One line that GitHub Actions shows as an annotation. Message and properties are escaped as its own toolkit does
 * (actions/toolkit, command.ts), on top of being visible: a text of a package can end neither the line nor the command.
 */
export function workflowCommand(level: AnnotationLevel, place: AnnotationPlace, message: string): string {
  const properties = Object.entries(place).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${level} ${properties.join(',')}::${data(shown(message, maxMessageLength))}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(shown(text, maxMessageLength)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
