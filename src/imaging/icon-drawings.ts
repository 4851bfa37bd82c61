import type { IconKind } from './icons.js'

/** Shapes in a square of 64, in SVG, without text: no font of the machine is needed. `s` strokes, `f` fills. */
const SHEET = '<path class="s" d="M18 8h20l10 10v38H18z M38 8v10h10"/>'

const DRAWINGS: Readonly<Record<IconKind, readonly [color: string, shapes: string]>> = {
  report: ['#8ec5ff', `${SHEET}<path class="s" d="M24 26h18 M24 33h18 M24 40h18 M24 47h10"/>`],
  'key-objects': [
    '#ffd166',
    '<circle class="s" cx="23" cy="24" r="11"/><circle class="f" cx="20" cy="21" r="3"/><path class="s" d="M31 32l20 20 M44 45l6-6 M50 51l5-5"/>',
  ],
  pdf: ['#ff8a80', `${SHEET}<path class="s" d="M25 48c6-3 12-17 9-21-4-3-4 9 8 15 M27 44c5-3 10-4 15-2"/>`],
  'clinical-document': ['#8ec5ff', `${SHEET}<path class="f" d="M30 26h6v6h6v6h-6v6h-6v-6h-6v-6h6z"/>`],
  model: ['#b39ddb', '<path class="s" d="M32 8l21 12v24L32 56 11 44V20z M11 20l21 12 21-12 M32 32v24"/>'],
  waveform: [
    '#7ee0a1',
    '<path class="g" d="M8 16h48 M8 32h48 M8 48h48 M16 8v48 M32 8v48 M48 8v48"/><path class="s" d="M6 36h12l3-6 4 6h3l4-24 5 36 4-12h5l3-5 3 5h6"/>',
  ],
  sound: [
    '#7ee0a1',
    '<path class="f" d="M10 25h9l13-11v36L19 39h-9z"/><path class="s" d="M39 24c4 4 4 12 0 16 M45 18c8 8 8 20 0 28"/>',
  ],
  'treatment-plan': [
    '#ffb074',
    '<circle class="s" cx="32" cy="32" r="20"/><circle class="s" cx="32" cy="32" r="8"/><path class="s" d="M32 4v20 M32 40v20 M4 32h20 M40 32h20"/>',
  ],
  'treatment-record': [
    '#ffb074',
    '<circle class="s" cx="26" cy="26" r="16"/><path class="s" d="M26 4v12 M4 26h12 M26 36v12 M36 26h12 M34 50l7 7 15-18"/>',
  ],
  'structure-set': [
    '#ff9ecb',
    '<path class="s" d="M12 34c-3-14 8-24 20-23s24 8 21 23-12 20-22 19-17-7-19-19z"/><path class="d" d="M22 32c0-6 5-8 9-7s7 5 5 10-5 6-9 5-5-4-5-8z"/><path class="d" d="M40 27l6 4-2 8-6-3z"/>',
  ],
  'presentation-state': [
    '#9fd8e8',
    '<path class="s" d="M6 12h52v34H6z M24 56h16 M32 46v10"/><circle class="s" cx="32" cy="29" r="10"/><path class="f" d="M32 19a10 10 0 0 1 0 20z"/>',
  ],
  segmentation: [
    '#ff9ecb',
    '<path class="s" d="M10 10h44v44H10z"/><path class="f" d="M18 30c0-9 8-13 14-10s3 8 8 12-1 14-9 13-13-7-13-15z"/>',
  ],
  'raw-data': [
    '#c3cad4',
    '<ellipse class="s" cx="32" cy="16" rx="20" ry="7"/><path class="s" d="M12 16v32c0 4 9 7 20 7s20-3 20-7V16 M12 27c0 4 9 7 20 7s20-3 20-7 M12 38c0 4 9 7 20 7s20-3 20-7"/>',
  ],
  spectrum: [
    '#7ee0a1',
    '<path class="s" d="M8 8v48h48"/><path class="s" d="M12 52h6l3-30 3 28 4-8 3 8 5-38 4 38 4-14 3 14h7"/>',
  ],
  registration: [
    '#b39ddb',
    '<path class="s" d="M8 8h34v34H8z"/><path class="d" d="M22 22h34v34H22z"/><path class="s" d="M32 26v12 M26 32h12"/>',
  ],
  measurement: [
    '#ffd166',
    '<path class="s" d="M6 42L42 6l16 16-36 36z M14 34l6 6 M21 27l4 4 M28 20l6 6 M35 13l4 4"/>',
  ],
  annotation: ['#ffd166', '<path class="s" d="M14 50l-4 4 2-10L42 14l8 8-30 30-10 2 M36 20l8 8 M34 56h22"/>'],
  video: [
    '#ff8a80',
    '<path class="s" d="M6 12h52v40H6z M16 12v40 M48 12v40 M6 22h10 M6 32h10 M6 42h10 M48 22h10 M48 32h10 M48 42h10"/><path class="f" d="M26 23l16 9-16 9z"/>',
  ],
  'color-palette': [
    '#c3cad4',
    '<path fill="#440154" d="M8 14h8v36H8z"/><path fill="#414487" d="M16 14h8v36h-8z"/><path fill="#2a788e" d="M24 14h8v36h-8z"/><path fill="#22a884" d="M32 14h8v36h-8z"/><path fill="#7ad151" d="M40 14h8v36h-8z"/><path fill="#fde725" d="M48 14h8v36h-8z"/><path class="s" d="M8 14h48v36H8z"/>',
  ],
  protocol: [
    '#9fd8e8',
    '<path class="s" d="M14 12h36v44H14z M24 8h16v8H24z M21 27l3 3 5-6 M34 28h10 M21 41l3 3 5-6 M34 42h10"/>',
  ],
  image: [
    '#c3cad4',
    '<path class="s" d="M6 10h52v44H6z M6 46l16-16 14 14 8-8 14 12"/><circle class="f" cx="44" cy="22" r="5"/>',
  ],
  unknown: [
    '#c3cad4',
    `${SHEET}<path class="s" d="M27 31c0-7 11-7 11 0 0 5-6 4-6 10"/><circle class="f" cx="32" cy="48" r="2"/>`,
  ],
}

/** The icon as an SVG document, square.
 * @param size in pixels */
export function iconSvg(kind: IconKind, size: number): string {
  const [color, shapes] = DRAWINGS[kind]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64"><style>` +
    `.s,.d,.g{fill:none;stroke:${color};stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}` +
    `.d{stroke-dasharray:3 4}.g{stroke:#3a4552;stroke-width:1}.f{fill:${color}}</style>` +
    `<rect width="64" height="64" fill="#1b222b"/>${shapes}</svg>`
  )
}
