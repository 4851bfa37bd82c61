import { Problem } from '../dicom/problem.js'
import type { FrameDescription, Window } from '../imaging/frame-description.js'
import type { PictureRequest, Viewport } from '../imaging/picture-request.js'
import type { ImagingPool } from '../imaging/pool.js'
import { isGreyAlready, rangeWindow } from '../imaging/tone.js'
import type { FoundInstance } from '../index/archive-index.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import type { FrameService } from './frames.js'
import { preparedAhead, upTo } from './prepared-ahead.js'
import type { RenderService } from './render.js'
import { wholeFrame } from './whole-frame.js'

/** The frames of an instance as pictures of one size and one window, to be shown one after the other. */
export interface MovingPictures {
  /** A PNG a frame, in order, a few of them made ahead.
   * @param most pixels of all frames together; they are made smaller to fit
   * @throws Problem `limit-exceeded` (too many frames), and as a picture of a frame */
  pictures(
    instance: FoundInstance,
    request: PictureRequest,
    most: number,
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array>
}

const MOST_FRAMES = 5000
/** More than two at once would hold up others who wait. */
const AHEAD = 2
const SMALLEST_SIDE = 8

export function movingPictures(
  frames: FrameService,
  descriptions: FrameDescriptions,
  pool: ImagingPool,
  render: RenderService,
): MovingPictures {
  return {
    async *pictures(instance, request, most, signal) {
      const { count, frame } = frames.ofInstance(instance)
      if (count < 1 || count > MOST_FRAMES)
        throw new Problem(
          'limit-exceeded',
          `the instance has ${count} frames; a moving picture has 1 to ${MOST_FRAMES}`,
        )
      const described = await descriptions.open(instance)
      const first = await described.frame(0)
      const wanted: PictureRequest = {
        ...request,
        mediaType: 'image/png',
        window: request.window ?? (await commonWindow(first)),
        viewport: fitting(first, request.viewport, most / count),
      }
      yield* preparedAhead(upTo(count), AHEAD, async number =>
        (await render.plan(instance, number)).draw(wanted, signal),
      )

      /** Where nothing says how greys are shown, each frame by its own range would flicker. */
      async function commonWindow(description: FrameDescription): Promise<Window | undefined> {
        const { window, voiLut, palette, format } = description
        if (window ?? voiLut ?? palette) return undefined
        if (format.samples !== 1 || isGreyAlready(description)) return undefined
        let [least, most] = [Infinity, -Infinity]
        const ranges = preparedAhead(upTo(count), AHEAD, number =>
          pool.run(
            'value-range',
            async () => ({
              frame: await wholeFrame(await frame(number), signal),
              description: await described.frame(number),
            }),
            signal,
            instance.uids.StudyInstanceUID,
          ),
        )
        for await (const range of ranges)
          [least, most] = [Math.min(least, range.least), Math.max(most, range.most)]
        return rangeWindow(least, most, format.numbers === 'integer')
      }
    },
  }
}

/** @param most pixels of a frame
 *  @returns undefined where frames fit as they are */
function fitting(
  { format, pixelAspect = 1 }: FrameDescription,
  viewport: Viewport | undefined,
  most: number,
): Viewport | undefined {
  const width = viewport?.width ?? format.columns * Math.max(1, 1 / pixelAspect)
  const height = viewport?.height ?? format.rows * Math.max(1, pixelAspect)
  const scale = Math.sqrt(most / (width * height))
  if (scale >= 1) return viewport
  return {
    region: undefined,
    flipHorizontal: false,
    flipVertical: false,
    ...viewport,
    width: Math.max(SMALLEST_SIDE, Math.floor(width * scale)),
    height: Math.max(SMALLEST_SIDE, Math.floor(height * scale)),
  }
}
