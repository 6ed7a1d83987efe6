/** What is used of cornerstone-core 2.6.1, which brings no types. */
declare module 'cornerstone-core' {
  export type Image = {
    readonly imageId: string;
    readonly minPixelValue: number;
    readonly maxPixelValue: number;
    readonly slope: number;
    readonly intercept: number;
    readonly windowCenter: number;
    readonly windowWidth: number;
    readonly rows: number;
    readonly columns: number;
    readonly height: number;
    readonly width: number;
    readonly color: boolean;
    readonly rgba: boolean;
    readonly invert: boolean;
    readonly columnPixelSpacing: number | undefined;
    readonly rowPixelSpacing: number | undefined;
    readonly sizeInBytes: number;
    readonly getPixelData: () => Uint8ClampedArray;
    readonly getCanvas: () => HTMLCanvasElement;
  };
  export type Viewport = {
    scale: number;
    translation: { x: number; y: number };
    voi: { windowWidth: number; windowCenter: number };
    invert: boolean;
    pixelReplication: boolean;
  };
  type Loading = { readonly promise: Promise<Image>; readonly cancelFn: undefined };
  type Cornerstone = {
    readonly registerImageLoader: (scheme: string, load: (imageId: string) => Loading) => void;
    readonly loadImage: (imageId: string) => Promise<Image>;
    readonly enable: (element: HTMLElement) => void;
    readonly disable: (element: HTMLElement) => void;
    readonly resize: (element: HTMLElement, fitToWindow: boolean) => void;
    readonly displayImage: (element: HTMLElement, image: Image, viewport?: Viewport) => void;
    readonly getDefaultViewportForImage: (element: HTMLElement, image: Image) => Viewport;
    readonly setViewport: (element: HTMLElement, viewport: Viewport) => void;
  };
  const cornerstone: Cornerstone;
  export default cornerstone;
}
