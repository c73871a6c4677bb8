import { expect, test } from 'vitest';
import { activityHtml } from '../../../src/report/html/activity-html.ts';
import { calmRun, recordedRun } from '../sample-runs.ts';

test('a page shows the tree of the processes of an imported trace, and what they did', () => {
  expect(String(activityHtml(recordedRun.activity))).toBe(`<h2>Processes</h2>
<pre>explorer.exe  <span class="quiet">[400], was there before</span>
  python.exe -m pip install demo  <span class="quiet">[500], ended with 0</span>
</pre>
<p>… and 7 more</p>
<h2>Files</h2>
<ul>
<li>write <code>C:\\\\x</code> <span class="quiet">[500], 1 234 times</span></li>
</ul>
<h2>Registry</h2>
<ul>
<li>set <code>HKCU\\\\Run\\\\x</code> <span class="quiet">[500]</span></li>
</ul>
<h2>Network</h2>
<ul>
<li>connect <code>tcp 198.51.100.7:443</code> <span class="quiet">[500]</span></li>
</ul>
<p>… and 2 more</p>
`);
});

test('a page of a run without one has no part of it', () => {
  expect(activityHtml(calmRun.activity)).toBeUndefined();
});
