import type { z } from 'zod';
import type { CaptureContent, CaptureRecord } from '../../../contracts/captures.ts';
import type { ActConsentSchema, Patient, Professional } from '../../../contracts/clinical.ts';
import type { Locale } from '../../../contracts/settings.ts';

type Site = NonNullable<CaptureRecord['bodySite']>;
type Content<K extends CaptureContent['kind']> = Extract<CaptureContent, { kind: K }>;

/** Words of the report. */
export type Words = {
  readonly title: string;
  readonly of: (date: string, from: string, to: string) => string;
  readonly resident: string;
  readonly birthName: string;
  readonly usedName: string;
  readonly givenNames: string;
  readonly born: string;
  readonly years: (years: number) => string;
  readonly sex: string;
  readonly sexes: Readonly<Record<Patient['sex'], string>>;
  readonly identity: string;
  readonly identities: Readonly<Record<Patient['identityStatus'], string>>;
  readonly ins: string;
  readonly insWithheld: string;
  readonly localNumber: string;
  readonly unknown: string;
  readonly act: string;
  readonly institution: string;
  readonly finess: string;
  readonly atBedside: string;
  readonly physician: string;
  readonly nobody: string;
  readonly roles: Readonly<Record<Professional['role'], string>>;
  readonly reason: string;
  readonly consent: string;
  readonly consentModes: Readonly<Record<z.infer<typeof ActConsentSchema>['mode'], string>>;
  readonly consentGiven: string;
  readonly consentRefused: string;
  readonly consentNotAsked: string;
  readonly report: string;
  readonly noReport: string;
  readonly signed: (who: string, when: string) => string;
  readonly signedNote: string;
  readonly unsigned: string;
  readonly unsignedNote: string;
  readonly values: string;
  readonly noValues: string;
  readonly valueColumns: readonly [string, string, string, string, string];
  readonly calibratedUntil: string;
  readonly spirometry: string;
  readonly parameter: string;
  readonly captures: string;
  readonly captureColumns: readonly [string, string, string, string];
  readonly purposes: Readonly<Record<Content<'still'>['purpose'], string>>;
  readonly clip: string;
  readonly audio: string;
  readonly ecg: string;
  readonly tracingBelow: string;
  readonly tracingMissing: string;
  readonly pictureMissing: string;
  readonly corrected: string;
  readonly sides: Readonly<Record<NonNullable<Site['laterality']>, string>>;
  readonly noDevice: string;
  readonly notCertified: string;
  readonly page: (page: number, pages: number) => string;
  readonly fictional: string;
  readonly fictionalNote: string;
  readonly tracing: string;
  readonly notValidated: string;
  readonly notValidatedNote: string;
  readonly firstSeconds: (shown: string, all: string) => string;
  readonly scale: string;
  readonly relativeScale: string;
  readonly noFilter: string;
  readonly derived: string;
  readonly columns: Readonly<Record<'inTurn' | 'atOnce', string>>;
  readonly lost: (samples: number, gaps: number) => string;
  readonly nothingLost: string;
  readonly gap: string;
  readonly controlBar: string;
  readonly serial: string;
  readonly decimal: '.' | ',';
};

const FR: Words = {
  title: 'Compte rendu de télémédecine',
  of: (date, from, to) => `Téléconsultation assistée du ${date}, de ${from} à ${to}`,
  resident: 'Résident',
  birthName: 'Nom de naissance',
  usedName: 'Nom utilisé',
  givenNames: 'Prénoms de naissance',
  born: 'Date de naissance',
  years: (years) => `${years} ans`,
  sex: 'Sexe',
  sexes: { female: 'féminin', male: 'masculin', other: 'autre', unknown: 'non connu' },
  identity: 'Statut de l’identité',
  identities: {
    PROV: 'provisoire (PROV)',
    RECUP: 'récupérée (RECUP)',
    VALI: 'validée (VALI)',
    QUAL: 'qualifiée (QUAL)',
  },
  ins: 'INS',
  insWithheld: 'non porté : identité non qualifiée',
  localNumber: 'Numéro (IPP)',
  unknown: 'non connu',
  act: 'Acte',
  institution: 'Établissement',
  finess: 'FINESS',
  atBedside: 'Auprès du résident',
  physician: 'Médecin',
  nobody: 'personne n’est nommé',
  roles: { nurse: 'infirmier(ère)', physician: 'médecin', technician: 'technicien(ne)' },
  reason: 'Motif',
  consent: 'Consentement',
  consentModes: {
    oral: 'oral',
    written: 'écrit',
    guardian: 'du représentant',
    impossible: 'impossible à recueillir',
  },
  consentGiven: 'donné',
  consentRefused: 'non donné',
  consentNotAsked: 'rien n’a été noté',
  report: 'Compte rendu',
  noReport: 'Aucun compte rendu n’a été rédigé.',
  signed: (who, when) => `Signé par ${who}, le ${when}`,
  signedNote: 'Mention d’un nom : ce document ne porte pas de signature électronique.',
  unsigned: 'NON SIGNÉ',
  unsignedNote: 'Personne n’a signé ce compte rendu.',
  values: 'Mesures',
  noValues: 'Aucune mesure.',
  valueColumns: ['Mesure', 'Valeur', 'Heure', 'Appareil', 'Remarques'],
  calibratedUntil: 'jusqu’au',
  spirometry: 'Spirométrie',
  parameter: 'Paramètre',
  captures: 'Images, sons et tracés',
  captureColumns: ['Examen', 'Heure', 'Appareil', 'Site, remarques'],
  purposes: { otoscope: 'Otoscopie', dermatoscope: 'Dermatoscopie', other: 'Photographie' },
  clip: 'Vidéo',
  audio: 'Auscultation',
  ecg: 'ECG',
  tracingBelow: 'tracé en fin de document',
  tracingMissing: 'le tracé n’a pas pu être lu sur le chariot',
  pictureMissing: 'image non reproduite',
  corrected: 'corrigé',
  sides: {
    left: 'côté gauche',
    right: 'côté droit',
    bilateral: 'des deux côtés',
    unpaired: '',
  },
  noDevice: 'appareil non identifié',
  notCertified:
    'Dispositif non certifié. Chariot n’est pas un dispositif médical et ne surveille personne : les valeurs et les tracés ne suffisent pas à une décision.',
  page: (page, pages) => `page ${page} / ${pages}`,
  fictional: 'RÉSIDENT FICTIF',
  fictionalNote: 'Exercice : cette personne n’existe pas. Ne pas verser au dossier.',
  tracing: 'Électrocardiogramme',
  notValidated: 'NON VALIDÉ PAR UN MÉDECIN',
  notValidatedNote: 'Tracé tel qu’enregistré, sans interprétation.',
  firstSeconds: (shown, all) => `les ${shown} s premières d’un enregistrement de ${all} s`,
  scale: '25 mm/s   10 mm/mV',
  relativeScale: '25 mm/s   amplitude relative : l’appareil n’a pas d’unité',
  noFilter: 'aucun filtre ; chaque segment est centré sur sa médiane',
  derived: '* dérivation calculée',
  columns: { inTurn: 'colonnes successives', atOnce: 'colonnes simultanées' },
  lost: (samples, gaps) =>
    `échantillons perdus : ${samples}, en ${gaps} ${gaps === 1 ? 'lacune' : 'lacunes'} (gris)`,
  nothingLost: 'aucun échantillon perdu',
  gap: 'lacune',
  controlBar: '50 mm : imprimer à 100 %',
  serial: 'n° de série',
  decimal: ',',
};

const EN: Words = {
  title: 'Telemedicine report',
  of: (date, from, to) => `Assisted teleconsultation of ${date}, ${from} to ${to}`,
  resident: 'Resident',
  birthName: 'Birth name',
  usedName: 'Used name',
  givenNames: 'Birth given names',
  born: 'Date of birth',
  years: (years) => `${years} years`,
  sex: 'Sex',
  sexes: { female: 'female', male: 'male', other: 'other', unknown: 'not known' },
  identity: 'Identity status',
  identities: {
    PROV: 'provisional (PROV)',
    RECUP: 'retrieved (RECUP)',
    VALI: 'validated (VALI)',
    QUAL: 'qualified (QUAL)',
  },
  ins: 'INS',
  insWithheld: 'not shown: identity not qualified',
  localNumber: 'Number (IPP)',
  unknown: 'not known',
  act: 'Act',
  institution: 'Establishment',
  finess: 'FINESS',
  atBedside: 'With the resident',
  physician: 'Physician',
  nobody: 'nobody is named',
  roles: { nurse: 'nurse', physician: 'physician', technician: 'technician' },
  reason: 'Reason',
  consent: 'Consent',
  consentModes: {
    oral: 'oral',
    written: 'written',
    guardian: 'by the guardian',
    impossible: 'could not be asked',
  },
  consentGiven: 'given',
  consentRefused: 'not given',
  consentNotAsked: 'nothing was noted',
  report: 'Report',
  noReport: 'No report was written.',
  signed: (who, when) => `Signed by ${who}, ${when}`,
  signedNote: 'A name as stated: this document carries no electronic signature.',
  unsigned: 'NOT SIGNED',
  unsignedNote: 'Nobody signed this report.',
  values: 'Measurements',
  noValues: 'No measurement.',
  valueColumns: ['Measurement', 'Value', 'Time', 'Device', 'Remarks'],
  calibratedUntil: 'until',
  spirometry: 'Spirometry',
  parameter: 'Parameter',
  captures: 'Pictures, sounds and tracings',
  captureColumns: ['Examination', 'Time', 'Device', 'Site, remarks'],
  purposes: { otoscope: 'Otoscopy', dermatoscope: 'Dermatoscopy', other: 'Photograph' },
  clip: 'Video',
  audio: 'Auscultation',
  ecg: 'ECG',
  tracingBelow: 'tracing at the end of the document',
  tracingMissing: 'the tracing could not be read on the cart',
  pictureMissing: 'picture not reproduced',
  corrected: 'corrected',
  sides: { left: 'left', right: 'right', bilateral: 'both sides', unpaired: '' },
  noDevice: 'device not identified',
  notCertified:
    'Not a certified device. Chariot is no medical device and monitors nobody: values and tracings are not sufficient for a decision.',
  page: (page, pages) => `page ${page} / ${pages}`,
  fictional: 'FICTIONAL RESIDENT',
  fictionalNote: 'Practice: this person does not exist. Do not file.',
  tracing: 'Electrocardiogram',
  notValidated: 'NOT VALIDATED BY A PHYSICIAN',
  notValidatedNote: 'Tracing as it was recorded, without interpretation.',
  firstSeconds: (shown, all) => `first ${shown} s of a recording of ${all} s`,
  scale: '25 mm/s   10 mm/mV',
  relativeScale: '25 mm/s   relative amplitude: the device has no unit',
  noFilter: 'no filter; each segment is centred on its median',
  derived: '* computed lead',
  columns: { inTurn: 'columns follow each other', atOnce: 'columns are simultaneous' },
  lost: (samples, gaps) =>
    `samples lost: ${samples}, in ${gaps} ${gaps === 1 ? 'gap' : 'gaps'} (grey)`,
  nothingLost: 'no sample lost',
  gap: 'gap',
  controlBar: '50 mm: print at 100 %',
  serial: 'serial no.',
  decimal: '.',
};

export const WORDS: Readonly<Record<Locale, Words>> = { fr: FR, en: EN };
