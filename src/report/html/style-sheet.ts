/** How the page looks: light or dark as the reader's system is, readable at 320 px, in print and without colours. */
export const styleSheet = `:root{color-scheme:light dark;--good:#1a6e2e;--note:#0b5c8a;--bad:#8a5300;--worst:#b3141d;--quiet:#5b6067;--line:#c9ccd1;--soft:#f4f5f7}
@media (prefers-color-scheme:dark){:root{--good:#6fd084;--note:#74c0f0;--bad:#f0b45b;--worst:#ff8b8b;--quiet:#a3a9b2;--line:#44484f;--soft:#22252a}}
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem;margin:.2rem 0}
code,pre{font:.9em/1.45 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
pre{background:var(--soft);padding:.6rem;margin:.4rem 0;max-height:30rem;overflow:auto}
.verdict{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;list-style:none}
.verdict li,.word{border:1px solid;border-radius:.3rem;padding:.05rem .5rem;font-weight:600}
.good{color:var(--good)}.note{color:var(--note)}.bad{color:var(--bad)}.worst{color:var(--worst)}.quiet{color:var(--quiet)}
.finding{border-left:4px solid;padding-left:.8rem;margin:1rem 0}.finding>*{color:CanvasText}.finding .word{color:inherit}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}td.number,th.number{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer}a:focus-visible,summary:focus-visible{outline:2px solid}
@media (max-width:30rem){dl{grid-template-columns:1fr}}
@media print{details>*{display:block}}
`;

/** sha256 of the style sheet, by which the page's policy lets it in; a test holds it against the text above. */
export const styleSheetHash = 'sha256-z/aJbPNvCxxoYKnHeQcPzzQAZ6P6JvxhI8aQS23GqJM=';
