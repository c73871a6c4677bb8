import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/model/run.ts';
import { styleSheet, styleSheetHash } from '../../src/report/html/style-sheet.ts';
import { toHtml } from '../../src/report/to-html.ts';
import { noBrowser, openPage } from '../helpers/browser.ts';
import { hostileValues } from '../helpers/hostile-values.ts';
import { taskWith } from '../helpers/runs.ts';
import { hostileRun } from './sample-runs.ts';

/** What would tell that it ran, or ask the listener that the test holds. */
const attacks = [
  ...Object.values(hostileValues),
  '<img src="http://LISTENER/img" onerror="document.title=`owned`">',
  '<script>document.title="owned";fetch("http://LISTENER/fetch")</script>',
  '</script><script src="http://LISTENER/script"></script>',
  '</style><link rel=stylesheet href="http://LISTENER/sheet">',
  '"><iframe src="http://LISTENER/frame"></iframe>',
  '</title><meta http-equiv=refresh content="0;url=http://LISTENER/refresh">',
];

function page(): string {
  const said = attacks.join('');
  const run: Run = {
    ...hostileRun,
    package: { ...hostileRun.package, file: said },
    tasks: attacks.map(text => taskWith({ name: text, reason: text, stdout_tail: text, status: 'failed' })),
    verdict: { ...hostileRun.verdict, reasons: attacks },
  };
  const text = { colour: false, width: 100, verbose: true };
  return toHtml({ runs: [{ run, exitCode: 1 }], exitCode: 1, failOn: 'high', text });
}

test('the policy of a page lets in its own style sheet by its hash', () => {
  const hash = createHash('sha256').update(styleSheet).digest('base64');
  expect(styleSheetHash).toBe(`sha256-${hash}`);
  expect(page()).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
});

describe.skipIf(noBrowser !== undefined)(
  `a page in a real browser${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    test('shows what a package says, asks nobody and runs nothing', async () => {
      const opened = await openPage(page());
      expect(opened.requests).toEqual([]);
      expect(opened.console).toEqual([]);
      expect(opened.dom).not.toContain('<title>owned');
      expect(opened.dom).toContain('&lt;img src=x onerror=');
    });

    test('runs nothing even where its policy is taken away', async () => {
      const bare = page().replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
      const opened = await openPage(bare);
      expect(opened.requests).toEqual([]);
      expect(opened.dom).not.toContain('<title>owned');
      expect(opened.dom.match(/<(?:img|iframe|base|link|svg)\b/g)).toBeNull();
    });

    test('would have asked and run if it were not encoded: the test can fail', async () => {
      const opened = await openPage(`<!doctype html><title>x</title><body>${attacks.slice(-6).join('')}`);
      expect(opened.requests).toEqual(expect.arrayContaining(['/img', '/fetch', '/script', '/frame']));
    });

    test('is stopped by its policy if the encoder failed', async () => {
      const broken = page().replace('<main>', `<main>${attacks.slice(-6, -1).join('')}`);
      const opened = await openPage(broken);
      expect(opened.requests).toEqual([]);
      expect(opened.console.join('\n')).toContain('Content Security Policy');
    });
  },
);
