import { SaxesParser } from 'saxes';

/** One element; names without their namespace prefix. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text, not its children's. */
  readonly text: string;
};

type Growing = {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: Growing[];
  text: string;
};

/** A recording has some hundred elements, and a few for each annotation; nobody nests deeply. */
const MAX_ELEMENTS = 50_000;
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 64;

export type XmlFault =
  | 'xml.malformed'
  | 'xml.doctype'
  | 'xml.tooManyElements'
  | 'xml.tooDeep'
  | 'xml.tooManyAttributes';
type XmlResult = { ok: true; root: XmlElement } | { ok: false; reason: XmlFault };

/** Thrown out of the parser's handlers, which have no other way to stop it. */
class Stop extends Error {
  readonly reason: XmlFault;

  constructor(reason: XmlFault) {
    super(reason);
    this.reason = reason;
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Reads a whole document. A document type declaration is refused: it is the way to entity
 * expansion and to external files, and no ECG needs one.
 */
export function parseXml(text: string): XmlResult {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const tree = growTree(parser);
  try {
    parser.write(text).close();
  } catch (error) {
    // Without an error handler saxes throws its complaints about the document as Error.
    return { ok: false, reason: error instanceof Stop ? error.reason : 'xml.malformed' };
  }
  const root = tree.root();
  return root === undefined ? { ok: false, reason: 'xml.malformed' } : { ok: true, root };
}

/** Elements without attributes share one map: most have none, and a map is large. */
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function attributesOf(found: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const entries = Object.entries(found);
  return entries.length === 0
    ? NO_ATTRIBUTES
    : new Map(entries.map(([name, value]) => [local(name), value]));
}

function growTree(parser: SaxesParser): { root: () => XmlElement | undefined } {
  const top: Growing = { name: '', attributes: NO_ATTRIBUTES, children: [], text: '' };
  const open = [top];
  let count = 0;
  const append = (text: string): void => {
    const element = open.at(-1);
    if (element !== undefined && element !== top) {
      element.text += text;
    }
  };
  parser.on('doctype', () => {
    throw new Stop('xml.doctype');
  });
  let attributeCount = 0;
  parser.on('opentagstart', () => {
    attributeCount = 0;
  });
  parser.on('attribute', () => {
    attributeCount += 1;
    if (attributeCount > MAX_ATTRIBUTES) {
      throw new Stop('xml.tooManyAttributes');
    }
  });
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('opentag', (tag) => {
    count += 1;
    if (count > MAX_ELEMENTS || open.length > MAX_DEPTH) {
      throw new Stop(count > MAX_ELEMENTS ? 'xml.tooManyElements' : 'xml.tooDeep');
    }
    const attributes = attributesOf(tag.attributes);
    const element: Growing = { name: local(tag.name), attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  return { root: () => top.children[0] };
}

/** @returns every element at the end of `path`, a chain of child names. */
export function findAll(from: XmlElement, path: string): XmlElement[] {
  let found = [from];
  for (const name of path.split('/')) {
    found = found.flatMap((element) => element.children.filter((child) => child.name === name));
  }
  return found;
}

export function find(from: XmlElement | undefined, path: string): XmlElement | undefined {
  return from === undefined ? undefined : findAll(from, path)[0];
}

export function attributeOf(element: XmlElement | undefined, name: string): string {
  return element?.attributes.get(name) ?? '';
}
