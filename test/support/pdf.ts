import { inflateSync } from 'node:zlib';

/** A PDF as far as a test looks into it: those that pdfkit writes without compression. */
export type ReadPdf = {
  /** Text by page, strings in the order in which they were drawn. */
  readonly pages: readonly string[];
  /** Content of each page, and of the drawings that it refers to, by page. */
  readonly drawings: readonly { readonly page: string; readonly forms: readonly string[] }[];
  /** Width and height, points. */
  readonly sizes: readonly (readonly [number, number])[];
  readonly images: number;
};

type PdfObject = { readonly head: string; readonly stream: Buffer | null };

export function readPdf(bytes: Uint8Array): ReadPdf {
  const objects = objectsOf(Buffer.from(bytes));
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head));
  const fonts = fontsOf(objects, pages);
  const contentOf = (page: PdfObject): string =>
    textOf(objects.get(reference(page.head, 'Contents')));
  return {
    pages: pages.map((page) => decodeText(contentOf(page), fonts)),
    drawings: pages.map((page) => ({ page: contentOf(page), forms: formsOf(objects, page) })),
    sizes: pages.map(({ head }) => {
      const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(head);
      return [Number(box?.[1]), Number(box?.[2])] as const;
    }),
    images: [...objects.values()].filter(({ head }) => head.includes('/Subtype /Image')).length,
  };
}

function objectsOf(file: Buffer): Map<number, PdfObject> {
  const text = file.toString('latin1');
  const objects = new Map<number, PdfObject>();
  for (const match of text.matchAll(/(?<=\n)(\d+) 0 obj\n/g)) {
    const start = match.index + match[0].length;
    const length = Number(
      /^<<[\s\S]*?\/Length (\d+)\n/.exec(text.slice(start, start + 2_000))?.[1],
    );
    const end = text.indexOf('\nendobj', start);
    const streamAt = text.indexOf('\nstream\n', start);
    const hasStream = streamAt >= 0 && streamAt < end && !Number.isNaN(length);
    const from = streamAt + '\nstream\n'.length;
    objects.set(Number(match[1]), {
      head: text.slice(start, hasStream ? streamAt : end),
      stream: hasStream ? file.subarray(from, from + length) : null,
    });
  }
  return objects;
}

function reference(head: string, name: string): number {
  return Number(new RegExp(`/${name} (\\d+) 0 R`).exec(head)?.[1] ?? -1);
}

function textOf(object: PdfObject | undefined): string {
  if (object?.stream == null) {
    return '';
  }
  const isPacked = object.head.includes('/FlateDecode');
  return (isPacked ? inflateSync(object.stream) : object.stream).toString('latin1');
}

/** By the name under which pages know them: glyph to character. */
function fontsOf(
  objects: Map<number, PdfObject>,
  pages: readonly PdfObject[],
): Map<string, Map<number, string>> {
  const fonts = new Map<string, Map<number, string>>();
  for (const { head } of pages) {
    const resources = objects.get(reference(head, 'Resources'))?.head ?? head;
    for (const [, name, id] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = objects.get(reference(objects.get(Number(id))?.head ?? '', 'ToUnicode'));
      fonts.set(name ?? '', charactersOf(textOf(map)));
    }
  }
  return fonts;
}

/** The ranges of a ToUnicode map: `<first> <last> [<character> ...]`. */
function charactersOf(map: string): Map<number, string> {
  const characters = new Map<number, string>();
  for (const [, first, list] of map.matchAll(/<([\da-f]+)> <[\da-f]+> \[([^\]]*)\]/g)) {
    (list ?? '').match(/<[\da-f ]*>/g)?.forEach((code, at) => {
      const units = code.match(/[\da-f]{4}/g) ?? [];
      const text = String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
      characters.set(Number.parseInt(first ?? '', 16) + at, text);
    });
  }
  return characters;
}

function decodeText(content: string, fonts: Map<string, Map<number, string>>): string {
  let font = new Map<number, string>();
  const strings: string[] = [];
  for (const [, name, array] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*)\] TJ/g)) {
    if (name !== undefined) {
      font = fonts.get(name) ?? new Map();
    } else {
      const glyphs =
        (array ?? '')
          .match(/(?<=<)[\da-f]+(?=>)/g)
          ?.join('')
          .match(/.{4}/g) ?? [];
      strings.push(
        glyphs.map((glyph) => font.get(Number.parseInt(glyph, 16)) ?? '\u{fffd}').join(''),
      );
    }
  }
  return strings.join('\n');
}

function formsOf(objects: Map<number, PdfObject>, { head }: PdfObject): string[] {
  const resources = objects.get(reference(head, 'Resources'))?.head ?? head;
  return [...resources.matchAll(/\/(?!F\d)\w+ (\d+) 0 R/g)]
    .map(([, id]) => objects.get(Number(id)))
    .filter((object) => object?.head.includes('/Subtype /Form'))
    .map(textOf);
}
