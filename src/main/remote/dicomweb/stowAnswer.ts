import { SaxesParser } from 'saxes';
import { z } from 'zod';
import { type Fault, fault } from '../../../contracts/faults.ts';

/** PS3.18 section 10.5.3: what became of each instance. */
export type StowAnswer = {
  readonly stored: readonly string[];
  readonly failed: readonly { readonly sopInstanceUid: string; readonly reason: number }[];
};

const FAILED_SOP_SEQUENCE = '00081198';
const REFERENCED_SOP_SEQUENCE = '00081199';
const FAILURE_REASON = '00081197';
const REFERENCED_SOP_INSTANCE = '00081155';

const ValueSchema = z.object({ Value: z.array(z.union([z.string(), z.number()])).optional() });
const ItemSchema = z.object({
  [REFERENCED_SOP_INSTANCE]: ValueSchema.optional(),
  [FAILURE_REASON]: ValueSchema.optional(),
});
const SequenceSchema = z.object({ Value: z.array(ItemSchema).default([]) });
const AnswerSchema = z.object({
  [REFERENCED_SOP_SEQUENCE]: SequenceSchema.optional(),
  [FAILED_SOP_SEQUENCE]: SequenceSchema.optional(),
});

/** @returns null: neither DICOM JSON (PS3.18 annex F) nor the native DICOM model (PS3.19 annex A). */
export function readStowAnswer(body: Buffer): StowAnswer | null {
  const text = body.toString('utf8');
  const parsed = AnswerSchema.safeParse(text.trimStart().startsWith('<') ? xml(text) : json(text));
  if (!parsed.success) {
    return null;
  }
  const itemsOf = (tag: typeof REFERENCED_SOP_SEQUENCE | typeof FAILED_SOP_SEQUENCE) =>
    (parsed.data[tag]?.Value ?? []).map((item) => ({
      sopInstanceUid: String(item[REFERENCED_SOP_INSTANCE]?.Value?.[0] ?? ''),
      reason: Number(item[FAILURE_REASON]?.Value?.[0] ?? 0),
    }));
  return {
    stored: itemsOf(REFERENCED_SOP_SEQUENCE).map(({ sopInstanceUid }) => sopInstanceUid),
    failed: itemsOf(FAILED_SOP_SEQUENCE),
  };
}

/** 0111H: a PACS that says so has the object already (PS3.7 annex C.5.17). */
const DUPLICATE_SOP_INSTANCE = 0x0111;

/** @returns null when the reason says that the object is there. Reasons: PS3.18 table I.2-2. */
export function failureFault(reason: number): Fault | null {
  const status = `0x${reason.toString(16).toUpperCase().padStart(4, '0')}`;
  if (reason === DUPLICATE_SOP_INSTANCE) {
    return null;
  }
  if (reason === 0x0124) {
    return fault('OUTBOX_CREDENTIALS', { status });
  }
  // 0110H processing failure, 0213H and A7xxH out of resources: it may work later.
  const isTheirs = reason === 0x0110 || reason === 0x0213 || reason >> 8 === 0xa7;
  return fault(isTheirs ? 'OUTBOX_SERVER_ERROR' : 'OUTBOX_REJECTED', { status });
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return null;
  }
}

type XmlItem = { [tag: string]: { Value: unknown[] } };

/** Native DICOM model to the shape of DICOM JSON, as far as an answer needs it. */
function xml(text: string): unknown {
  const root: XmlItem = {};
  const items: XmlItem[] = [root];
  const tags: string[] = [];
  let words = '';
  const parser = new SaxesParser();
  let broken = false;
  parser.on('error', () => {
    broken = true;
  });
  const valuesOfTag = (): unknown[] | undefined => items.at(-1)?.[tags.at(-1) ?? '']?.Value;
  parser.on('opentag', ({ name, attributes }) => {
    words = '';
    const item = items.at(-1);
    if (name === 'DicomAttribute' && item !== undefined) {
      tags.push(attributes['tag'] ?? '');
      item[attributes['tag'] ?? ''] = { Value: [] };
    } else if (name === 'Item') {
      const inner: XmlItem = {};
      valuesOfTag()?.push(inner);
      items.push(inner);
      tags.push('');
    }
  });
  parser.on('text', (more) => {
    words += more;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'Item') {
      items.pop();
      tags.pop();
    } else if (name === 'DicomAttribute') {
      tags.pop();
    } else if (name === 'Value') {
      valuesOfTag()?.push(words.trim());
    }
  });
  parser.write(text).close();
  return broken ? null : root;
}
