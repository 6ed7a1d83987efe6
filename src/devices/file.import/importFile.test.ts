import { describe, expect, it } from 'vitest';
import { importFile } from './importFile.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const answer = (text: string, name = 'file.bin'): unknown => {
  const result = importFile(bytesOf(text), name);
  return result.ok ? 'imported' : [result.fault.code, result.fault.params?.['reason']];
};

describe('a file that is no ECG', () => {
  it('is not known', () => {
    expect(answer('')).toEqual(['IMPORT_UNKNOWN_FORMAT', 'import.empty']);
    expect(answer('%PDF-1.7 and so on')).toEqual(['IMPORT_UNKNOWN_FORMAT', 'import.signature']);
    expect(answer('<svg xmlns="x"/>')).toEqual(['IMPORT_UNKNOWN_FORMAT', 'xml.root']);
  });

  it('is told apart by its beginning, and by its name only where that says nothing', () => {
    expect(answer('0       cut', 'x.scp')).toEqual(['IMPORT_INCOMPLETE', 'edf.truncatedHeader']);
    expect(answer('short', 'x.scp')).toEqual(['IMPORT_INCOMPLETE', 'scp.truncated']);
    expect(answer('nothing', 'x.DCM')).toEqual(['IMPORT_DAMAGED', 'dicom.malformed']);
    expect(answer('nothing', 'x.xml')).toEqual(['IMPORT_DAMAGED', 'xml.malformed']);
  });
});
