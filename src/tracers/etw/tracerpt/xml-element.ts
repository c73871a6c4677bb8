/** Elements inside each other that are followed; tracerpt writes five. */
export const MAX_DEPTH = 16;
/** Elements and attributes of one event that are kept. */
export const MAX_PARTS = 4096;

/** What stands in an element: its attributes as `Name@Attribute`, its text as `Name`, in the order of the file. */
export interface XmlPart {
  /** Names of the elements around it and its own, `Event/System/Provider`. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

/**
 * Reads one element as tracerpt writes it: no comments, no CDATA, no document type. What is broken ends what is read;
 * nothing is expanded but the five named entities and characters by number.
 */
export function readElement(xml: string): readonly XmlPart[] {
  const parts: XmlPart[] = [];
  const open: Open[] = [];
  for (const found of xml.matchAll(tag)) {
    const [whole, closing, name = '', attributes = '', selfClosing] = found;
    const path = [...open.map(element => element.name), name].join('/');
    if (closing !== undefined) {
      const element = open.pop();
      if (element?.name !== name) break;
      const text = textOf(xml.slice(element.from, found.index));
      parts.push({ path: path.slice(0, -name.length - 1), attributes: element.attributes, text });
    } else if (selfClosing !== undefined) {
      parts.push({ path, attributes: readAttributes(attributes), text: '' });
    } else {
      open.push({ name, attributes: readAttributes(attributes), from: found.index + whole.length });
    }
    if (parts.length >= MAX_PARTS || open.length > MAX_DEPTH) break;
  }
  return parts;
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Where its content begins. */
  readonly from: number;
}

/** With elements in it, what stands between them is only layout. */
function textOf(content: string): string {
  return content.includes('<') ? '' : unescapeXml(content);
}

/** `<Data Name="x">`, `</Data>`, `<Channel />`. No name, value or tag holds a `<`, so each step goes forward. */
const tag =
  /<(\/)?([A-Za-z][\w:.-]{0,63})((?:\s+[A-Za-z][\w:.-]{0,63}\s?=\s?(?:"[^"<]*"|'[^'<]*'))*)\s*(\/)?>/g;
const attribute = /([A-Za-z][\w:.-]*)\s?=\s?(?:"([^"]*)"|'([^']*)')/g;

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(attribute)) {
    if (attributes.size < MAX_PARTS) attributes.set(name, unescapeXml(double ?? single ?? ''));
  }
  return attributes;
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Characters that XML cannot hold are printed by number all the same. */
function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
      const code = hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
