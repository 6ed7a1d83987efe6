import { latin1 } from '../bytes.ts';
import { damaged, type Refusal, unsupported } from '../refusal.ts';

const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  'us-ascii': 'utf-8',
  'utf-16': 'utf-16le',
  'iso-8859-1': 'windows-1252',
  'iso-8859-15': 'iso-8859-15',
  'windows-1252': 'windows-1252',
};

/** @returns the encoding that the byte order mark or the XML declaration names, in lower case. */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return first === 0xff ? 'utf-16' : 'utf-16be';
  }
  const start = latin1(bytes.subarray(0, 200));
  return (/<\?xml[^>]*\sencoding=["']([\w-]+)["']/.exec(start)?.[1] ?? 'utf-8').toLowerCase();
}

/** The first characters, for telling formats apart. */
export function looksLikeXml(bytes: Uint8Array): boolean {
  const start = latin1(bytes.subarray(0, 64)).replaceAll('\0', '');
  return /^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*</.test(start);
}

/** @returns the document's characters; a byte that its encoding does not have is refused. */
export function decodeXml(bytes: Uint8Array): { ok: true; value: string } | Refusal {
  const label = ENCODINGS[encodingOf(bytes)];
  if (label === undefined) {
    return unsupported('aecg', 'aecg.encoding');
  }
  try {
    return { ok: true, value: new TextDecoder(label, { fatal: true }).decode(bytes) };
  } catch {
    return damaged('aecg', 'aecg.encoding');
  }
}
