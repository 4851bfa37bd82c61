/** Images of the corpus that have a colour profile, beside what LittleCMS (by PIL) makes of them. PS3.3 C.11.15, C.8.12.5 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { decodeFrame } from '../../src/imaging/codecs/decode.js'
import { encodePicture } from '../../src/imaging/encode-picture.js'
import { renderFrame } from '../../src/imaging/render-frame.js'
import { CORPUS, withoutCorpus } from '../corpus.js'
import { frameStore } from '../imaging/stored-frames.js'
import { meanDifference } from '../oracles/dcmtk-picture.js'
import { pilColors, withoutPil } from '../oracles/pil-colors.js'

t.setTimeout(0)

const FILES = [
  'modality/wsi/sm_image.dcm',
  'modality/wsi/sm_image_numbers.dcm',
  'modality/wsi/sm_image_jpegls.dcm',
  'multiframe/enhanced-mr-color/0001_1.3.12....2123439621008676.dcm',
]

t.test(
  'PS3.3 C.11.15 images of the corpus with a profile of their own',
  { skip: withoutCorpus() || withoutPil() },
  async t => {
    const store = await frameStore(t)
    for (const name of FILES) {
      const file = path.join(CORPUS, name)
      await store.with(readFileSync(file), async stored => {
        const { bytes, description } = await stored.frame(0)
        const native = await decodeFrame(bytes, description.transferSyntax, description.format)
        const raster = renderFrame(native, description, undefined)
        const wanted = { ...raster, data: pilColors(raster, { file }, 'srgb').data }
        const picture = await encodePicture(
          { ...raster, pixelAspect: 1 },
          { mediaType: 'image/png', quality: undefined, window: undefined, viewport: undefined },
        )
        const data = await sharp(picture.bytes).raw().toBuffer()
        const difference = meanDifference({ ...raster, data }, wanted)
        t.ok(raster.iccProfile, `${name}: a profile`)
        t.ok(
          difference <= 2,
          `${name}: ${difference.toFixed(3)}; unconverted ${meanDifference(raster, wanted).toFixed(3)}`,
        )
      })
    }
  },
)
