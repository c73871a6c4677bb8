/** A start tag: its name and its attributes. */
export interface XmlTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The longest tag that is read; longer ones are passed over. */
export const MAX_TAG = 4096;

const ATTRIBUTE = /([\w:.-]+)\s*=\s*"([^"]*)"/g;
const ENTITY = /&(lt|gt|amp|quot|apos);/g;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The start tags of a text in their order. Manifests say everything in attributes. */
export function* xmlTags(text: string): Iterable<XmlTag> {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const end = text.indexOf('>', at);
    if (end < 0) return;
    if (end - at > MAX_TAG) continue;
    const inner = text.slice(at + 1, end);
    const name = /^\w+/.exec(inner)?.[0];
    if (name === undefined) continue;
    const attributes = new Map<string, string>();
    for (const [, key = '', value = ''] of inner.matchAll(ATTRIBUTE))
      attributes.set(key, replaceEntities(value));
    yield { name, attributes };
  }
}

function replaceEntities(value: string): string {
  return value.replace(ENTITY, (_, name: string) => entities[name] ?? '');
}
