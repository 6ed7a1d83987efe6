import {
  type Apdu,
  ASSOCIATE_RESULT,
  type AssociateResult,
  ENCODING_MDER,
  VERSION_1,
} from './apdu.ts';
import type { ConfigObject, Configuration } from './configuration.ts';
import { metricOf } from './metrics.ts';
import { standardConfiguration } from './standardConfigurations.ts';

type Request = Extract<Apdu, { kind: 'aarq' }>;

export type Decision = {
  readonly result: AssociateResult;
  readonly protocolVersion: number;
  readonly configurationId: number;
  /** null: the agent has to report it. */
  readonly configuration: Configuration | null;
  readonly systemId: string;
};

/**
 * Accu-Chek meters are answered with this bit beside version 1 by the public manager that is known to
 * work with them (tidepool-org/uploader, lib/drivers/roche/accuChekUSB.js); no other bit is given back.
 */
const VERSION_EXTRA = 0x2;

/** What a manager answers to an association request (20601, association procedure). */
export function decide({ version, offer }: Request): Decision {
  const refuse = (result: AssociateResult): Decision => ({
    result,
    protocolVersion: VERSION_1,
    configurationId: offer?.configurationId ?? 0,
    configuration: null,
    systemId: offer === null ? '' : Buffer.from(offer.systemId).toString('hex'),
  });
  if (!hasBit(version, VERSION_1)) {
    return refuse(ASSOCIATE_RESULT.unsupportedVersion);
  }
  if (offer === null || !hasBit(offer.protocolVersion, VERSION_1)) {
    return refuse(ASSOCIATE_RESULT.noCommonProtocol);
  }
  if (
    (offer.encodingRules & ENCODING_MDER) === 0 ||
    !hasBit(offer.nomenclatureVersion, VERSION_1)
  ) {
    return refuse(ASSOCIATE_RESULT.noCommonParameter);
  }
  const configuration = standardConfiguration(offer.configurationId);
  const known = configuration !== null;
  return {
    ...refuse(known ? ASSOCIATE_RESULT.accepted : ASSOCIATE_RESULT.acceptedUnknownConfig),
    protocolVersion: (VERSION_1 | (offer.protocolVersion & VERSION_EXTRA)) >>> 0,
    configuration,
  };
}

function hasBit(value: number, bit: number): boolean {
  return (value & bit) !== 0;
}

/** True: there is at least one thing in it that Chariot can show. */
export function isUsable(configuration: Configuration): boolean {
  return [...configuration.objects.values()].some(
    (object) => object.store !== null || object.sampleArray !== null || tellsValue(object),
  );
}

function tellsValue({ type, metricIds, supplemental }: ConfigObject): boolean {
  if (type === null) {
    return false;
  }
  const codes = metricIds.length === 0 ? [type.code] : metricIds;
  return codes.some((code) => metricOf({ partition: type.partition, code }, supplemental) !== null);
}
