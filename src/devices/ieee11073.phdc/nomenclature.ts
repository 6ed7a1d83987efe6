/**
 * Codes of ISO/IEEE 11073-10101 and -20601 that this manager understands. Read in the tables of the
 * Antidote library (github.com/signove/antidote, src/dim/nomenclature.h, src/asn1/phd_types.h); those
 * that occur in the annex H examples were compared with them by the tests.
 */
export const OBJECT_CLASS = {
  enumeration: 5,
  numeric: 6,
  sampleArray: 9,
  episodicScanner: 18,
  periodicScanner: 19,
  pmStore: 61,
} as const;

export const ATTRIBUTE = {
  confirmMode: 0x0913,
  label: 0x0927,
  model: 0x0928,
  productionSpec: 0x092d,
  type: 0x092f,
  measurementStatus: 0x0947,
  compoundValue: 0x094b,
  numericValue: 0x0950,
  segmentCount: 0x0951,
  operationalState: 0x0953,
  sampleSpec: 0x096d,
  scale16: 0x096f,
  scale32: 0x0970,
  scale8: 0x0971,
  segmentUsage: 0x097b,
  systemId: 0x0984,
  time: 0x0987,
  samplePeriod: 0x098d,
  timeStamp: 0x0990,
  unit: 0x0996,
  battery: 0x099c,
  configurationId: 0x0a44,
  timeInfo: 0x0a45,
  simpleSamples: 0x0a48,
  enumerationOid: 0x0a49,
  basicValue: 0x0a4c,
  segmentMap: 0x0a4e,
  segmentPerson: 0x0a4f,
  scannerMap: 0x0a53,
  valueMap: 0x0a55,
  simpleValue: 0x0a56,
  specialisations: 0x0a5a,
  supplementalTypes: 0x0a61,
  clearTimeout: 0x0a63,
  transferTimeout: 0x0a64,
  bits32: 0x0a65,
  bits16: 0x0a66,
  simpleCompound: 0x0a74,
  basicCompound: 0x0a75,
  metricIds: 0x0a76,
  instance: 0x0922,
} as const;

export const ACTION = {
  clearSegments: 0x0c0c,
  segmentInfo: 0x0c0d,
  setTime: 0x0c17,
  dataRequest: 0x0c1b,
  triggerTransfer: 0x0c1c,
} as const;

export const EVENT = { configuration: 0x0d1c, segmentData: 0x0d21 } as const;

/** Partitions of the nomenclature in which a code is to be read. */
export const PARTITION = { scada: 2, diseaseManagement: 128, healthAndFitness: 129 } as const;

/** Device specialisations, as a technician calls them (System-Type-Spec-List). */
export const SPECIALISATIONS: Readonly<Record<number, string>> = {
  4100: 'oximeter',
  4102: 'ECG',
  4103: 'blood pressure',
  4104: 'thermometer',
  4111: 'scale',
  4113: 'glucose meter',
  4117: 'peak flow meter',
};
