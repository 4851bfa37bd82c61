import { ctImage, el, type MadeInstance } from '../made-dicom.js'

/** The instance that the README's commands are shown with: two frames, every byte of it always the same. */
export function exampleInstance(): MadeInstance {
  const pixels = Uint8Array.from({ length: 2 * 8 * 8 * 2 }, (_, index) => (index * 7) % 251)
  return ctImage({
    study: '2.25.100',
    series: '2.25.200',
    instance: '2.25.300',
    frames: 2,
    pixels,
    with: [el('00081030', 'LO', 'Chest')],
  })
}
