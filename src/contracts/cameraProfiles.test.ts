import { describe, expect, it } from 'vitest';
import { CAMERA_PROFILES, cameraIdentity, profileOf } from './cameraProfiles.ts';

describe('camera profiles', () => {
  it('have each camera once, in the notation of fingerprints', () => {
    const keys = CAMERA_PROFILES.map(({ vendorId, productId }) => `${vendorId}:${productId}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => /^[0-9a-f]{4}:[0-9a-f]{4}$/.test(key))).toBe(true);
  });

  it.each([
    ['USB Camera (F007:B999)', 'USB Camera', 'otoscope'],
    ['Dermatoscope HD', 'Dermatoscope HD', 'dermatoscope'],
    ['Dermoscope (1209:0004)', 'Dermoscope', 'dermatoscope'],
    ['Digital Otoscope', 'Digital Otoscope', 'otoscope'],
    ['HD Webcam (04f2:b6d9)', 'HD Webcam', 'other'],
    ['', '', 'other'],
  ])('know %j', (label, name, purpose) => {
    expect(cameraIdentity(label)).toMatchObject({ name, purpose });
  });

  it('tell the one whose button speaks the other way round', () => {
    expect(cameraIdentity('UVC Camera (ab02:ab01)').profile?.polarity).toBe('inverted');
    expect(profileOf('f007', 'b999')?.polarity).toBe('spec');
    expect(profileOf(null, null)).toBeNull();
  });
});
