import { createHash, type Hash } from 'node:crypto';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';

const TAG = {
  sopClass: 'x00080016',
  sopInstance: 'x00080018',
  study: 'x0020000d',
  series: 'x0020000e',
  /** First that is not needed to say what an object is. */
  afterIdentity: 'x00200010',
} as const;

export type DicomIdentity = {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
};

/**
 * What makes two objects the same examination of the same patient: the UIDs, the patient's identifier,
 * all that describes pixels, and the pixels, samples or document themselves. An archive may rewrite
 * the file's meta header, change the encoding of lengths, or coerce names (IHE PIR); never these.
 */
const CONTENT_TAGS = [
  TAG.sopClass,
  TAG.sopInstance,
  'x00100020',
  TAG.study,
  TAG.series,
  'x00280002',
  'x00280004',
  'x00280006',
  'x00280008',
  'x00280010',
  'x00280011',
  'x00280100',
  'x00280101',
  'x00280102',
  'x00280103',
  'x00420011',
  'x54000100',
  'x7fe00010',
] as const;

/** @param head the first bytes of a file, at least up to its series. @returns null: no DICOM object. */
export function readIdentity(head: Uint8Array): DicomIdentity | null {
  const dataSet = parse(head, TAG.afterIdentity);
  const sopClassUid = dataSet?.string(TAG.sopClass);
  const sopInstanceUid = dataSet?.string(TAG.sopInstance);
  const studyUid = dataSet?.string(TAG.study);
  const seriesUid = dataSet?.string(TAG.series);
  return sopClassUid && sopInstanceUid && studyUid && seriesUid
    ? { sopClassUid, sopInstanceUid, studyUid, seriesUid }
    : null;
}

/** SHA-256 over tag, length and value of the content above, lower-case hex; null: no DICOM object. */
export function contentHash(file: Uint8Array): string | null {
  const dataSet = parse(file);
  if (dataSet === null) {
    return null;
  }
  const hash = createHash('sha256');
  for (const tag of CONTENT_TAGS) {
    const element = dataSet.elements[tag];
    if (element !== undefined) {
      addElement(hash, dataSet, element);
    }
  }
  return hash.digest('hex');
}

function addElement(hash: Hash, dataSet: DataSet, element: Element): void {
  if (element.items === undefined) {
    hash.update(`${element.tag}:${element.length};`);
    hash.update(
      dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length),
    );
    return;
  }
  // Its length depends on whether lengths are defined; its items say what it holds.
  hash.update(`${element.tag}[`);
  for (const { dataSet: item } of element.items) {
    hash.update('{');
    for (const tag of Object.keys(item?.elements ?? {}).toSorted()) {
      const inner = item?.elements[tag];
      // Item delimiters, and group lengths (retired): encoding, not content.
      if (item !== undefined && inner !== undefined && tag < 'xfffe' && !tag.endsWith('0000')) {
        addElement(hash, item, inner);
      }
    }
    hash.update('}');
  }
  hash.update(']');
}

/** dicom-parser throws objects and strings: they end here. */
function parse(bytes: Uint8Array, untilTag?: string): DataSet | null {
  try {
    return dicomParser.parseDicom(bytes, untilTag === undefined ? {} : { untilTag });
  } catch {
    return null;
  }
}
