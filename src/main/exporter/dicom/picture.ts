import type { CaptureRecord } from '../../../contracts/captures.ts';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { DocumentContext, Picture } from '../sources.ts';
import type { Dataset } from './attributes.ts';
import { IMAGE_LATERALITY, regionCode } from './codes.ts';
import { boundTo, type Content, frameObject, type Modality } from './frame.ts';
import { srgbProfile } from './srgb.ts';
import type { DicomDocument, DicomOptions, ExportNote, Say } from './types.ts';

type PictureClass = {
  readonly sopClassUid: string;
  readonly modality: Modality;
  readonly isEnhanced: boolean;
};

/** By what the camera looks at. */
const CLASSES = {
  otoscope: { sopClassUid: '1.2.840.10008.5.1.4.1.1.77.1.1', modality: 'ES', isEnhanced: false },
  dermatoscope: {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.77.1.7',
    modality: 'DMS',
    isEnhanced: true,
  },
  other: { sopClassUid: '1.2.840.10008.5.1.4.1.1.77.1.4', modality: 'XC', isEnhanced: false },
} as const satisfies Record<string, PictureClass>;

/** Rows and Columns are numbers of 16 bits. */
const MAX_SIDE = 0xffff;
/** A dermatoscope sees skin, whatever else was not asked. */
const SKIN = { code: '39937001', display: 'Skin', laterality: 'unpaired' } as const;

/** A still as VL Endoscopic, Dermoscopic Photography or VL Photographic image: RGB, not compressed. */
export function pictureDocument(
  capture: CaptureRecord,
  picture: Picture,
  context: DocumentContext,
  options: DicomOptions,
): Result<DicomDocument> {
  const { content, provenance } = capture;
  const bound = boundTo([capture], context);
  if (!bound.ok) {
    return bound;
  }
  if (content.kind !== 'still') {
    return failed('EXPORT_UNSUPPORTED', { reason: content.kind });
  }
  const { widthPx, heightPx, rgb } = picture;
  const sides = [widthPx, heightPx];
  if (rgb.length !== widthPx * heightPx * 3 || sides.some((side) => side < 1 || side > MAX_SIDE)) {
    return failed('EXPORT_SOURCE_DAMAGED');
  }
  const frame = {
    ...CLASSES[content.purpose],
    origin: provenance,
    acquiredAt: content.takenAt,
    createdAt: capture.savedAt,
    operator: provenance.operator,
  };
  const isSkin = content.purpose === 'dermatoscope';
  const notes: ExportNote[] = [];
  const site = capture.bodySite ?? (isSkin ? SKIN : null);
  const region = anatomy(site, (note) => void notes.push(note));
  const contentOf: Content = ({ frameOfReference }) => ({
    ...pixelModules(picture),
    ...region,
    ...(isSkin ? dermoscopicModules(frameOfReference()) : {}),
  });
  return ok(frameObject(context, options, frame, contentOf, notes));
}

/** General Image, Image Pixel, VL Image, Acquisition Context (C.7.6.1, C.7.6.3, C.8.12.1, C.7.6.14). */
function pixelModules({ widthPx, heightPx, rgb }: Picture): Dataset {
  return {
    ImageType: ['ORIGINAL', 'PRIMARY'],
    // How the picture lies against the body is not known.
    PatientOrientation: '',
    // Cameras compress on their cable without telling: empty is unknown, `00` would be a claim.
    LossyImageCompression: '',
    BurnedInAnnotation: 'NO',
    AcquisitionContextSequence: [],
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: heightPx,
    Columns: widthPx,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: rgb,
  };
}

/** Type 2C: of a body part that may be one of a pair the side is told, or empty where unknown. */
function anatomy(site: CaptureRecord['bodySite'], say: Say): Dataset {
  const side = site?.laterality ?? null;
  const regions = site === null ? [] : regionCode(site, say);
  return {
    AnatomicRegionSequence: regions.length === 0 ? undefined : regions,
    ...(side === null ? { Laterality: '' } : { ImageLaterality: IMAGE_LATERALITY[side] }),
  };
}

/** Dermoscopic Image (C.8.12.13): the optics are empty, as no dermatoscope on USB tells them. */
function dermoscopicModules(frameOfReferenceUid: string): Dataset {
  return {
    FrameOfReferenceUID: frameOfReferenceUid,
    PositionReferenceIndicator: '',
    // Skin may have a fingerprint, a scar or a tattoo: nobody looked.
    RecognizableVisualFeatures: 'YES',
    LightSourcePolarization: '',
    EmitterColorTemperature: '',
    ContactMethod: '',
    OpticalMagnificationFactor: '',
    ICCProfile: srgbProfile(),
    ColorSpace: 'SRGB',
  };
}
