/** Value representations (PS3.5 6.2) that Chariot writes. */
export type Vr =
  | 'AS'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'IS'
  | 'LO'
  | 'OB'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'SQ'
  | 'ST'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UL'
  | 'US'
  | 'UT';

/**
 * The attributes that Chariot writes, by the keyword of PS3.6: tag and value representation. A test
 * holds it against the dictionary of dcmjs.
 */
export const ATTRIBUTES = {
  FileMetaInformationGroupLength: [0x00020000, 'UL'],
  FileMetaInformationVersion: [0x00020001, 'OB'],
  MediaStorageSOPClassUID: [0x00020002, 'UI'],
  MediaStorageSOPInstanceUID: [0x00020003, 'UI'],
  TransferSyntaxUID: [0x00020010, 'UI'],
  ImplementationClassUID: [0x00020012, 'UI'],
  ImplementationVersionName: [0x00020013, 'SH'],
  SpecificCharacterSet: [0x00080005, 'CS'],
  ImageType: [0x00080008, 'CS'],
  InstanceCreationDate: [0x00080012, 'DA'],
  InstanceCreationTime: [0x00080013, 'TM'],
  SOPClassUID: [0x00080016, 'UI'],
  SOPInstanceUID: [0x00080018, 'UI'],
  StudyDate: [0x00080020, 'DA'],
  ContentDate: [0x00080023, 'DA'],
  AcquisitionDateTime: [0x0008002a, 'DT'],
  StudyTime: [0x00080030, 'TM'],
  ContentTime: [0x00080033, 'TM'],
  AccessionNumber: [0x00080050, 'SH'],
  Modality: [0x00080060, 'CS'],
  ConversionType: [0x00080064, 'CS'],
  Manufacturer: [0x00080070, 'LO'],
  InstitutionName: [0x00080080, 'LO'],
  ReferringPhysicianName: [0x00080090, 'PN'],
  CodeValue: [0x00080100, 'SH'],
  CodingSchemeDesignator: [0x00080102, 'SH'],
  CodeMeaning: [0x00080104, 'LO'],
  LongCodeValue: [0x00080119, 'UC'],
  TimezoneOffsetFromUTC: [0x00080201, 'SH'],
  StationName: [0x00081010, 'SH'],
  StudyDescription: [0x00081030, 'LO'],
  SeriesDescription: [0x0008103e, 'LO'],
  InstitutionalDepartmentName: [0x00081040, 'LO'],
  PhysiciansOfRecord: [0x00081048, 'PN'],
  PerformingPhysicianName: [0x00081050, 'PN'],
  OperatorsName: [0x00081070, 'PN'],
  ManufacturerModelName: [0x00081090, 'LO'],
  AnatomicRegionSequence: [0x00082218, 'SQ'],
  PatientName: [0x00100010, 'PN'],
  PatientID: [0x00100020, 'LO'],
  IssuerOfPatientID: [0x00100021, 'LO'],
  TypeOfPatientID: [0x00100022, 'CS'],
  IssuerOfPatientIDQualifiersSequence: [0x00100024, 'SQ'],
  PatientBirthDate: [0x00100030, 'DA'],
  PatientSex: [0x00100040, 'CS'],
  OtherPatientNames: [0x00101001, 'PN'],
  OtherPatientIDsSequence: [0x00101002, 'SQ'],
  PatientAge: [0x00101010, 'AS'],
  LightSourcePolarization: [0x00161001, 'CS'],
  EmitterColorTemperature: [0x00161002, 'DS'],
  ContactMethod: [0x00161003, 'CS'],
  OpticalMagnificationFactor: [0x00161005, 'DS'],
  DeviceSerialNumber: [0x00181000, 'LO'],
  SoftwareVersions: [0x00181020, 'LO'],
  SynchronizationTrigger: [0x0018106a, 'CS'],
  AcquisitionTimeSynchronized: [0x00181800, 'CS'],
  StudyInstanceUID: [0x0020000d, 'UI'],
  SeriesInstanceUID: [0x0020000e, 'UI'],
  StudyID: [0x00200010, 'SH'],
  SeriesNumber: [0x00200011, 'IS'],
  InstanceNumber: [0x00200013, 'IS'],
  PatientOrientation: [0x00200020, 'CS'],
  FrameOfReferenceUID: [0x00200052, 'UI'],
  Laterality: [0x00200060, 'CS'],
  ImageLaterality: [0x00200062, 'CS'],
  SynchronizationFrameOfReferenceUID: [0x00200200, 'UI'],
  PositionReferenceIndicator: [0x00201040, 'LO'],
  SamplesPerPixel: [0x00280002, 'US'],
  PhotometricInterpretation: [0x00280004, 'CS'],
  PlanarConfiguration: [0x00280006, 'US'],
  Rows: [0x00280010, 'US'],
  Columns: [0x00280011, 'US'],
  BitsAllocated: [0x00280100, 'US'],
  BitsStored: [0x00280101, 'US'],
  HighBit: [0x00280102, 'US'],
  PixelRepresentation: [0x00280103, 'US'],
  BurnedInAnnotation: [0x00280301, 'CS'],
  RecognizableVisualFeatures: [0x00280302, 'CS'],
  ICCProfile: [0x00282000, 'OB'],
  ColorSpace: [0x00282002, 'CS'],
  LossyImageCompression: [0x00282110, 'CS'],
  ReasonForVisit: [0x00321066, 'UT'],
  WaveformOriginality: [0x003a0004, 'CS'],
  NumberOfWaveformChannels: [0x003a0005, 'US'],
  NumberOfWaveformSamples: [0x003a0010, 'UL'],
  SamplingFrequency: [0x003a001a, 'DS'],
  MultiplexGroupLabel: [0x003a0020, 'SH'],
  ChannelDefinitionSequence: [0x003a0200, 'SQ'],
  WaveformChannelNumber: [0x003a0202, 'IS'],
  ChannelLabel: [0x003a0203, 'SH'],
  ChannelStatus: [0x003a0205, 'CS'],
  ChannelSourceSequence: [0x003a0208, 'SQ'],
  ChannelSourceModifiersSequence: [0x003a0209, 'SQ'],
  ChannelDerivationDescription: [0x003a020c, 'LO'],
  ChannelSensitivity: [0x003a0210, 'DS'],
  ChannelSensitivityUnitsSequence: [0x003a0211, 'SQ'],
  ChannelSensitivityCorrectionFactor: [0x003a0212, 'DS'],
  ChannelBaseline: [0x003a0213, 'DS'],
  ChannelSampleSkew: [0x003a0215, 'DS'],
  WaveformBitsStored: [0x003a021a, 'US'],
  FilterHighFrequency: [0x003a0221, 'DS'],
  UniversalEntityID: [0x00400032, 'UT'],
  UniversalEntityIDType: [0x00400033, 'CS'],
  AcquisitionContextSequence: [0x00400555, 'SQ'],
  ConceptNameCodeSequence: [0x0040a043, 'SQ'],
  ReferencedWaveformChannels: [0x0040a0b0, 'US'],
  TemporalRangeType: [0x0040a130, 'CS'],
  ReferencedSamplePositions: [0x0040a132, 'UL'],
  VerificationFlag: [0x0040a493, 'CS'],
  WaveformAnnotationSequence: [0x0040b020, 'SQ'],
  DocumentTitle: [0x00420010, 'ST'],
  EncapsulatedDocument: [0x00420011, 'OB'],
  MIMETypeOfEncapsulatedDocument: [0x00420012, 'LO'],
  EncapsulatedDocumentLength: [0x00420015, 'UL'],
  WaveformSequence: [0x54000100, 'SQ'],
  WaveformBitsAllocated: [0x54001004, 'US'],
  WaveformSampleInterpretation: [0x54001006, 'CS'],
  WaveformPaddingValue: [0x5400100a, 'OW'],
  WaveformData: [0x54001010, 'OW'],
  UnformattedTextValue: [0x00700006, 'ST'],
  PixelData: [0x7fe00010, 'OB'],
} as const satisfies Record<string, readonly [tag: number, vr: Vr]>;

export type Keyword = keyof typeof ATTRIBUTES;

type ValueOf<V extends Vr> = V extends 'SQ'
  ? readonly Dataset[]
  : V extends 'OB' | 'OW'
    ? Uint8Array
    : V extends 'UL' | 'US'
      ? number | readonly number[]
      : V extends 'DS' | 'IS'
        ? number | ''
        : string | readonly string[];

/** Attributes by keyword. `''` and `[]`: present without a value (type 2); undefined: absent. */
export type Dataset = {
  readonly [K in Keyword]?: ValueOf<(typeof ATTRIBUTES)[K][1]> | undefined;
};
