import { z } from 'zod';

/** What GitHub wants of SARIF beyond its schema: rules with help, results with a file, fingerprints. */
const message = z.strictObject({
  // No link and no placeholder: a bracket is escaped and a brace doubled.
  text: z
    .string()
    .min(1)
    .refine(text => !/(?<!\\)(?:\\\\)*\[[^\]]*\]\(|(?<!\{)(?:\{\{)*\{\d+\}/.test(text)),
});
const location = z.object({
  physicalLocation: z.object({
    artifactLocation: z.object({ uri: z.string().regex(/^[\w.%/-]+$/) }),
    region: z.object({ startLine: z.number().int().min(1) }),
  }),
});
/** A document that GitHub's code scanning takes. */
export const codeScanning = z.object({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.object({
      tool: z.object({
        driver: z.object({
          name: z.literal('Buildhaus'),
          rules: z.array(z.object({ id: z.string(), shortDescription: message, help: message })),
        }),
      }),
      automationDetails: z.object({ id: z.string().endsWith('/') }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.number().int().min(0),
          level: z.enum(['note', 'warning', 'error']),
          message,
          locations: z.array(location).min(1),
          partialFingerprints: z.strictObject({
            primaryLocationLineHash: z.string().regex(/^[0-9a-f]{16}:1$/),
          }),
        }),
      ),
    }),
  ),
});
