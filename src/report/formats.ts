import type { ReportFormat } from './format-names.ts';
import type { Report } from './report.ts';
import { toCsv } from './to-csv.ts';
import { toGithub } from './to-github.ts';
import { toHtml } from './to-html.ts';
import { toJsonDocument } from './to-json.ts';
import { toJunit } from './to-junit.ts';
import { toMarkdown } from './to-markdown.ts';
import { toSarif } from './to-sarif.ts';
import { toText } from './to-text.ts';

/** The forms of a report. A new one is one line here; the test of hostile values takes it from here. */
export const reportFormats = {
  text: toText,
  json: toJsonDocument,
  html: toHtml,
  markdown: toMarkdown,
  csv: toCsv,
  sarif: toSarif,
  junit: toJunit,
  github: toGithub,
} as const satisfies Readonly<Record<ReportFormat, (report: Report) => string>>;
