import { describe, expect, it } from 'vitest';
import { cameraControls, cameraFacts } from './controls.ts';

/** As Chromium tells them of a UVC camera. */
const CAPABILITIES = {
  deviceId: 'e4d8',
  width: { min: 1, max: 3840 },
  exposureMode: ['manual', 'continuous'],
  exposureTime: { min: 10, max: 100, step: 5 },
  focusMode: ['manual', 'continuous'],
  focusDistance: { min: 10, max: 100, step: 5 },
  whiteBalanceMode: ['continuous'],
  pan: { min: 100, max: 400, step: 1 },
  zoom: { min: 100, max: 100, step: 1 },
};
const SETTINGS = {
  deviceId: 'e4d8',
  groupId: 'd59b',
  width: 3840,
  exposureMode: 'continuous',
  exposureTime: 50,
  focusMode: 'manual',
  focusDistance: 60,
  whiteBalanceMode: 'continuous',
  zoom: 100,
  frameRate: 20,
};

describe('camera controls', () => {
  it('are those that the camera offers a choice of, and no others', () => {
    expect(cameraControls(CAPABILITIES, SETTINGS)).toEqual([
      {
        kind: 'mode',
        name: 'exposureMode',
        options: ['manual', 'continuous'],
        value: 'continuous',
      },
      { kind: 'mode', name: 'focusMode', options: ['manual', 'continuous'], value: 'manual' },
      {
        kind: 'range',
        name: 'exposureTime',
        min: 10,
        max: 100,
        step: 5,
        value: 50,
        // The camera exposes by itself now.
        enabled: false,
      },
      {
        kind: 'range',
        name: 'focusDistance',
        min: 10,
        max: 100,
        step: 5,
        value: 60,
        enabled: true,
      },
    ]);
  });

  it('has the light where the camera has one', () => {
    expect(cameraControls({ torch: true }, { torch: false })).toEqual([
      { kind: 'light', name: 'torch', value: false },
    ]);
    expect(cameraControls({ torch: false }, {})).toEqual([]);
  });

  it('offers nothing of a camera that tells nothing, or nonsense', () => {
    expect(cameraControls({}, {})).toEqual([]);
    expect(cameraControls({ zoom: 'yes', exposureMode: [1, 2] }, SETTINGS)).toEqual([]);
  });

  it('keeps for a picture how it was made, and not which device or person it was', () => {
    expect(cameraFacts(SETTINGS)).toEqual({
      exposureMode: 'continuous',
      exposureTime: 50,
      focusMode: 'manual',
      focusDistance: 60,
      whiteBalanceMode: 'continuous',
      zoom: 100,
      frameRate: 20,
    });
  });
});
