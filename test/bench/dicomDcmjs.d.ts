/** The parts of dcmjs that tests and benchmarks use; it has no types of its own. */
declare module 'dcmjs' {
  type DicomDict = {
    readonly dict: object;
    readonly meta: object;
    readonly write: () => ArrayBuffer;
  };

  const dcmjs: {
    data: {
      DicomMessage: { readFile: (file: ArrayBuffer) => DicomDict };
      DicomMetaDictionary: {
        nameMap: Record<string, { tag: string; vr: string } | undefined>;
        naturalizeDataset: (dict: object) => object;
        namifyDataset: (meta: object) => object;
      };
      datasetToDict: (natural: object) => DicomDict;
    };
    log: { setLevel: (level: string) => void };
  };
  export default dcmjs;
}
