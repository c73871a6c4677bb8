/** The forms of a report; apart from the code that makes them, which is loaded when there is a report. */
export const reportFormatNames = [
  'text',
  'json',
  'html',
  'markdown',
  'csv',
  'sarif',
  'junit',
  'github',
] as const;

export type ReportFormat = (typeof reportFormatNames)[number];
