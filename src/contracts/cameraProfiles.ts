/**
 * Cameras that are known by name. Any UVC camera gives its picture without a row here; a row only
 * tells what it looks at and how its button speaks.
 */
export const CAMERA_PURPOSES = ['otoscope', 'dermatoscope', 'other'] as const;
export type CameraPurpose = (typeof CAMERA_PURPOSES)[number];

/**
 * What a press looks like in the status packet. spec: 1 pressed, 0 released (UVC 1.1, 2.4.2.2).
 * inverted: the other way round.
 */
export type ButtonPolarity = 'spec' | 'inverted';

export type CameraProfile = {
  readonly name: string;
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly purpose: CameraPurpose;
  readonly polarity: ButtonPolarity;
  readonly source: string;
};

const USB_IDS = 'linux-usb.org/usb.ids, 2025.07';

function bySpec(
  vendorId: string,
  productId: string,
  name: string,
  purpose: CameraPurpose = 'other',
): CameraProfile {
  return { name, vendorId, productId, purpose, polarity: 'spec', source: USB_IDS };
}

export const CAMERA_PROFILES: readonly CameraProfile[] = [
  bySpec('f007', 'b999', 'Teslong otoscope', 'otoscope'),
  bySpec('f007', 'a999', 'Teslong endoscope'),
  {
    name: 'HT-B30S dermatoscope',
    vendorId: 'ab02',
    productId: 'ab01',
    purpose: 'dermatoscope',
    polarity: 'inverted',
    source: 'github.com/ronpik/indmu-dermoscope-button-listener, docs/INVESTIGATION.md',
  },
  bySpec('a168', '0610', 'Dino-Lite digital microscope'),
  bySpec('a168', '0611', 'Dino-Lite digital microscope'),
  bySpec('a168', '0613', 'Dino-Lite digital microscope'),
  bySpec('a168', '0614', 'Dino-Lite Pro digital microscope'),
  bySpec('a168', '0615', 'Dino-Lite Pro digital microscope'),
  bySpec('a168', '0617', 'Dino-Lite Pro digital microscope'),
  bySpec('a168', '0618', 'Dino-Lite digital microscope'),
  bySpec('0c45', '1a90', 'Andonstar V160 microscope with capture button'),
  bySpec('1871', '0101', 'Bresser microscope'),
  bySpec('18ec', '3188', 'Arkmicro UVC camera'),
  bySpec('18ec', '3299', 'Arkmicro UVC camera'),
  bySpec('18ec', '3366', 'Bresser Biolux NV'),
  bySpec('18ec', '5850', 'Arkmicro UVC capture'),
];

/** Words in a camera's name that tell what it looks at, in the languages that makers use. */
const PURPOSE_WORDS: readonly { readonly purpose: CameraPurpose; readonly words: RegExp }[] = [
  { purpose: 'otoscope', words: /otoscop|ear ?scope|ear camera/i },
  { purpose: 'dermatoscope', words: /derm(at)?[oa]scop|dermlite|skin (scope|camera)/i },
];

export type CameraIdentity = {
  /** The label without the numbers. */
  readonly name: string;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly purpose: CameraPurpose;
  /** null: not a known one. */
  readonly profile: CameraProfile | null;
};

/**
 * @param label of a MediaDeviceInfo. Chromium ends it with ` (vvvv:pppp)`; other browsers give the
 * name alone, and nothing before the camera was allowed.
 */
export function cameraIdentity(label: string): CameraIdentity {
  const [, vendorId = null, productId = null] =
    /\(([0-9a-f]{4}):([0-9a-f]{4})\)\s*$/i.exec(label)?.map((part) => part.toLowerCase()) ?? [];
  const profile = profileOf(vendorId, productId);
  const name = label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)\s*$/i, '').trim();
  const guessed = PURPOSE_WORDS.find(({ words }) => words.test(name))?.purpose ?? 'other';
  return { name, vendorId, productId, purpose: profile?.purpose ?? guessed, profile };
}

export function profileOf(vendorId: string | null, productId: string | null): CameraProfile | null {
  const found = CAMERA_PROFILES.find(
    (profile) => profile.vendorId === vendorId && profile.productId === productId,
  );
  return found ?? null;
}
