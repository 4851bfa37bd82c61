/** Each feature of the way from stored values to a display, the file that has it, and the picture it is compared with: DCMTK's,
 *  or where DCMTK cannot, pydicom's. Files of the corpus, or made here where the corpus has none. PS3.18 8.3.5.1, 8.7.4 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { decodeFrame } from '../../src/imaging/codecs/decode.js'
import type { FrameDescription, Window } from '../../src/imaging/frame-description.js'
import type { Raster } from '../../src/imaging/raster.js'
import { renderFrame } from '../../src/imaging/render-frame.js'
import { CORPUS, withoutCorpus } from '../corpus.js'
import { frameStore } from '../imaging/stored-frames.js'
import { dcmtkPicture, meanDifference, withoutDcmtk } from '../oracles/dcmtk-picture.js'
import { pydicomPictures } from '../oracles/pydicom-picture.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { temporaryFolder } from '../server.js'
import { MADE_IMAGES } from './made-images.js'
import { FEATURES } from './rendered-features.js'

t.setTimeout(0)

t.test(
  'PS3.18 8.3.5.1 features and their reference pictures',
  { skip: withoutCorpus() || withoutDcmtk() || withoutPydicom() },
  async t => {
    const folder = temporaryFolder(t)
    const store = await frameStore(t)
    const pydicomPicture = pydicomPictures(t)
    for (const { feature, file, frame = 0, window, reference, limit } of FEATURES) {
      const made = MADE_IMAGES[file]
      const source = made === undefined ? path.join(CORPUS, file) : path.join(folder, file)
      if (made !== undefined) writeFileSync(source, made())
      const wanted = await (reference === 'pydicom'
        ? pydicomPicture(source, frame, window)
        : dcmtkPicture(source, frame, reference, folder))
      const raster = await store.with(readFileSync(source), async stored => {
        const { bytes, description } = await stored.frame(frame)
        return drawn(bytes, description, window)
      })
      if (raster === undefined || wanted === undefined) {
        t.fail(`${feature}: ${file} has ${raster === undefined ? 'no picture' : 'no reference'}`)
        continue
      }
      t.same([raster.width, raster.height], [wanted.width, wanted.height], `${feature}: size`)
      const difference = meanDifference(raster, wanted)
      t.ok(
        difference <= limit,
        `${feature}: ${file} ${frame}, ${String(reference)}: ${difference.toFixed(4)}`,
      )
    }
  },
)

async function drawn(
  bytes: Uint8Array,
  description: FrameDescription,
  window: Window | undefined,
): Promise<Raster> {
  const native = await decodeFrame(bytes, description.transferSyntax, description.format)
  return renderFrame(native, description, window)
}
