import { hash } from 'node:crypto';

/** Where Chariot's name-based UUIDs (RFC 9562, version 5) are made. */
const NAMESPACE = Buffer.from('5b6bb2a84e0c4d8b9d0f0c6d3f6a7e51', 'hex');

/** A UUID as the decimal number that DICOM writes (PS3.5 B.2): at most 39 digits. */
function decimalOf(uuid: string): string {
  return BigInt(`0x${uuid.replaceAll('-', '')}`).toString();
}

/** Version 5: the same name gives the same UUID, whenever it is asked. */
function uuidOfName(name: string): string {
  const digits = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'hex').slice(0, 32);
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digits.slice(0, 12)}5${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
}

/**
 * The UIDs of an object. They depend on nothing but what they name, so that a document made again
 * is the same one for the archive.
 *
 * @param root site's root, at most 24 characters; with 39 digits and the dot it gives 64, as long
 *   as a UID may be. Empty: 2.25.
 */
export function uidMaker(root: string): {
  readonly instance: (objectId: string) => string;
  /** Space of one picture: nothing tells how two of them lie to each other. */
  readonly frameOfReference: (objectId: string) => string;
  readonly study: (actId: string) => string;
  readonly series: (actId: string, device: string, modality: string) => string;
  /** One clock stamped everything of an act. */
  readonly synchronization: (actId: string) => string;
} {
  const under = (uuid: string): string => `${root === '' ? '2.25' : root}.${decimalOf(uuid)}`;
  return {
    instance: under,
    frameOfReference: (objectId) => under(uuidOfName(`frame ${objectId}`)),
    // Named, as the report of an act may have the act's own UUID.
    study: (actId) => under(uuidOfName(`study ${actId}`)),
    series: (actId, device, modality) => under(uuidOfName(`series ${actId} ${modality} ${device}`)),
    synchronization: (actId) => under(uuidOfName(`synchronization ${actId}`)),
  };
}
