/** One file of a project, as a simple index lists it (PEP 503, PEP 691). */
export interface ListedFile {
  readonly filename: string;
  /** Where the file is, as the client shall ask for it. */
  readonly url: string;
  readonly sha256?: string | undefined;
  readonly requiresPython?: string | undefined;
  /** Why its author withdrew it (PEP 592), empty when no reason was given. */
  readonly yanked?: string | undefined;
}

const jsonType = 'application/vnd.pypi.simple.v1+json';

/** A project's page in the form the client asked for: JSON (PEP 691) when it accepts that, else HTML (PEP 503). */
export function projectPage(name: string, files: readonly ListedFile[], accept: string): Response {
  if (!accept.includes(jsonType)) return html(files.map(file => anchor(file)));
  const listed = files.map(file => ({
    filename: file.filename,
    url: file.url,
    hashes: file.sha256 === undefined ? {} : { sha256: file.sha256 },
    ...(file.requiresPython === undefined ? {} : { 'requires-python': file.requiresPython }),
    ...(file.yanked === undefined ? {} : { yanked: file.yanked || true }),
  }));
  return json({ meta: { 'api-version': '1.0' }, name, files: listed });
}

/** The list of projects of an index. */
export function rootPage(names: readonly string[], accept: string): Response {
  if (!accept.includes(jsonType)) {
    return html(names.map(name => `<a href="/simple/${escapeHtml(name)}/">${escapeHtml(name)}</a>`));
  }
  return json({ meta: { 'api-version': '1.0' }, projects: names.map(name => ({ name })) });
}

/** Answers what is not there, so that pip says which project it missed. */
export function notFound(what: string): Response {
  return new Response(`${what} is not in this index\n`, { status: 404 });
}

function anchor(file: ListedFile): string {
  const hash = file.sha256 === undefined ? '' : `#sha256=${escapeHtml(file.sha256)}`;
  const python =
    file.requiresPython === undefined ? '' : ` data-requires-python="${escapeHtml(file.requiresPython)}"`;
  const yanked = file.yanked === undefined ? '' : ` data-yanked="${escapeHtml(file.yanked)}"`;
  return `<a href="${escapeHtml(file.url)}${hash}"${python}${yanked}>${escapeHtml(file.filename)}</a>`;
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': jsonType } });
}

function html(lines: readonly string[]): Response {
  const body = `<!DOCTYPE html><html><body>\n${lines.join('<br>\n')}\n</body></html>\n`;
  return new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
