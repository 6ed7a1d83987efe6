/**
 * Codes of IEEE 11073-10101 and -20601, as they stand in the example APDUs and in the tables of two
 * open managers (signove/antidote, tidepool-org/uploader). Those marked (standard) are in neither.
 */
export const PARTITION = { scada: 2, phdDm: 128 } as const;

export const CLASS = { enumeration: 5, numeric: 6, rtSa: 9, pmStore: 61 } as const;

export const ATTR = {
  instanceNumber: 0x0922,
  idModel: 0x0928,
  productionSpec: 0x092d,
  idType: 0x092f,
  storeCapacityCount: 0x0941,
  storeSampleAlgorithm: 0x0943,
  storeUsageCount: 0x0944,
  accuracy: 0x094a,
  numberOfSegments: 0x0951,
  operationalState: 0x0953,
  saSpecification: 0x096d,
  scaleRange16: 0x096f,
  segmentUsageCount: 0x097b,
  systemId: 0x0984,
  dateTime: 0x0987,
  endSegment: 0x098a,
  samplePeriod: 0x098d,
  absoluteTimeStamp: 0x0990,
  relativeTimeStamp: 0x0991,
  startSegment: 0x0992,
  unit: 0x0996,
  batteryCharge: 0x099c,
  configId: 0x0a44,
  timeInfo: 0x0a45,
  metricSpecSmall: 0x0a46,
  simpleSampleArray: 0x0a48,
  basicNumeric: 0x0a4c,
  pmStoreCapability: 0x0a4d,
  segmentEntryMap: 0x0a4e,
  valueMap: 0x0a55,
  simpleNumeric: 0x0a56,
  segmentLabel: 0x0a58,
  systemTypeSpecList: 0x0a5a,
  supplementalTypes: 0x0a61,
  clearTimeout: 0x0a63,
  transferTimeout: 0x0a64,
  enumBasicBits: 0x0a66,
  metricStructure: 0x0a73,
  basicCompound: 0x0a75,
  metricIdList: 0x0a76,
} as const;

export const METRIC = {
  ecgLeadI: 257,
  ecgLeadII: 258,
  heartRate: 16770,
  pulseOximeter: 18458,
  pulseNibp: 18474,
  pressure: 18948,
  systolic: 18949,
  diastolic: 18950,
  mean: 18951,
  temperatureBody: 19292,
  spo2: 19384,
  modalitySpot: 19516,
  /** (standard) 10421. */
  pefr: 21512,
  fev1: 21514,
  glucoseCapillary: 29112,
  massBody: 57664,
  height: 57668,
  bmi: 57680,
} as const;

export const UNIT = {
  percent: 544,
  cm: 1297,
  litre: 1600,
  kg: 1731,
  kgPerM2: 1952,
  mgPerDl: 2130,
  bpm: 2720,
  /** (standard) 10421. */
  litrePerMinute: 3072,
  mmHg: 3872,
  millivolt: 4274,
  mmolPerL: 4722,
  celsius: 6048,
} as const;

/** MDC_DEV_SPEC_PROFILE_*; ECG and peak flow are (standard). */
export const PROFILE = {
  pulseOximeter: 4100,
  ecg: 4102,
  bloodPressure: 4103,
  thermometer: 4104,
  scale: 4111,
  glucose: 4113,
  peakFlow: 4117,
} as const;

export const ACTION = {
  clearSegments: 0x0c0c,
  segmentInfo: 0x0c0d,
  setTime: 0x0c17,
  dataRequest: 0x0c1b,
  triggerTransfer: 0x0c1c,
} as const;

export const EVENT = {
  config: 0x0d1c,
  scanFixed: 0x0d1d,
  scanVar: 0x0d1e,
  scanMpFixed: 0x0d1f,
  scanMpVar: 0x0d20,
  segmentData: 0x0d21,
} as const;
