/* Writes HL7 aECG documents as text, from the schema PORT_MT020001. Generated data. */

export type AecgLead = {
  readonly code: string;
  readonly digits: string;
  readonly scale?: string;
  readonly unit?: string;
  readonly origin?: string;
  readonly type?: string;
};

export type AecgSet = { readonly time: string; readonly leads: readonly AecgLead[] };

export const absolute = (head: string, increment: string, unit = 's'): string =>
  `<code code="TIME_ABSOLUTE"/><value xsi:type="GLIST_TS"><head value="${head}"/>` +
  `<increment value="${increment}" unit="${unit}"/></value>`;

export const relative = (head: string, increment: string): string =>
  `<code code="TIME_RELATIVE"/><value xsi:type="GLIST_PQ"><head value="${head}" unit="s"/>` +
  `<increment value="${increment}" unit="s"/></value>`;

const sequence = (inside: string): string =>
  `<component><sequence>${inside}</sequence></component>`;

function lead({ code, digits, scale = '5', unit = 'uV', origin = '0', type }: AecgLead): string {
  return sequence(
    `<code code="${code}" codeSystem="2.16.840.1.113883.6.24"/>` +
      `<value xsi:type="${type ?? 'SLIST_PQ'}"><origin value="${origin}" unit="${unit}"/>` +
      `<scale value="${scale}" unit="${unit}"/><digits>${digits}</digits></value>`,
  );
}

export const sequenceSet = ({ time, leads }: AecgSet): string =>
  `<component><sequenceSet>${sequence(time)}${leads.map(lead).join('')}</sequenceSet></component>`;

export function series(code: string, sets: readonly AecgSet[], more = ''): string {
  const author =
    '<author><seriesAuthor><manufacturedSeriesDevice><id root="1.2.3" extension="SN-0042"/>' +
    '<manufacturerModelName>Cart</manufacturerModelName><softwareName>3.1</softwareName>' +
    '</manufacturedSeriesDevice><manufacturerOrganization><name>ACME</name>' +
    '</manufacturerOrganization></seriesAuthor></author>';
  const time = '<effectiveTime><low value="20260304050607"/></effectiveTime>';
  const sequences = sets.map(sequenceSet).join('');
  return `<component><series><code code="${code}"/>${time}${author}${sequences}${more}</series></component>`;
}

/** An invented subject. @param prolog stands before the root element. */
export function writeAecg(content: string, prolog = '<?xml version="1.0"?>'): Uint8Array {
  const subject =
    '<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>' +
    '<id root="1.2" extension="P-77"/><subjectDemographicPerson>' +
    '<name><family>Martin</family><given>Élise</given></name>' +
    '<administrativeGenderCode code="F"/><birthTime value="19400229"/>' +
    '</subjectDemographicPerson></trialSubject></subject></subjectAssignment></componentOf>' +
    '</timepointEvent></componentOf>';
  const names = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const root = `<AnnotatedECG ${names}>${subject}${content}</AnnotatedECG>`;
  return new TextEncoder().encode(`${prolog}${root}`);
}
