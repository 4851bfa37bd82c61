import { headerAttributes } from '../dicom/header-attributes.js'
import type { DicomJson } from '../dicom/json-model.js'
import { numberOf, numbersOf, textOf } from '../dicom/json-values.js'
import { Problem } from '../dicom/problem.js'
import type { FrameDescription, Overlay, Window } from '../imaging/frame-description.js'
import type { JobInput } from '../imaging/jobs.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { BulkdataService } from './bulkdata.js'
import type { PlanPicture } from './derived-picture.js'
import { elementBytes, type ElementBytes } from './element-bytes.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import { firstWindow } from './frame-tones.js'
import type { FrameService } from './frames.js'
import { palette, PALETTE_TAGS, sequenceTable } from './lookup-tables.js'
import { OVERLAY_GROUPS, OVERLAY_TAGS, overlays } from './overlay-planes.js'
import {
  aspectOf,
  itemsAbout,
  presentationOf,
  PRESENTATION_TAGS,
  referencedImage,
} from './presentation-state.js'
import { wholeFrame } from './whole-frame.js'

const PSEUDO_COLOR = '1.2.840.10008.5.1.4.1.1.11.3'
/** Grayscale, Color, Pseudo-Color and XA/XRF Grayscale Softcopy Presentation State Storage. PS3.4 B.5 */
const CLASSES = new Set([
  '1.2.840.10008.5.1.4.1.1.11.1',
  '1.2.840.10008.5.1.4.1.1.11.2',
  PSEUDO_COLOR,
  '1.2.840.10008.5.1.4.1.1.11.5',
])

const ACTIVATION_LAYER = '1001'
const TAGS = new Set([
  ...PRESENTATION_TAGS,
  ...PALETTE_TAGS,
  ...OVERLAY_TAGS,
  ...OVERLAY_GROUPS.map(group => group + ACTIVATION_LAYER),
  ...['00283000', '00281052', '00281053', '20500010', '20500020'],
])
const IMAGE_TAGS = new Set(OVERLAY_TAGS)

export function isPresentationState({ SOPClassUID }: Pick<FoundInstance, 'SOPClassUID'>): boolean {
  return CLASSES.has(SOPClassUID)
}

/** The first image that a presentation state refers to, as it has it shown. PS3.3 A.33; PS3.4 N.2 */
export function presentationPictures(
  index: ArchiveIndex,
  frames: FrameService,
  descriptions: FrameDescriptions,
  bulkdata: BulkdataService,
  pool: ImagingPool,
): PlanPicture {
  return async instance => {
    const header = await headerOf(instance, TAGS)
    const reference = referencedImage(header)
    if (reference === undefined) throw new Problem('undecodable', 'the presentation state names no image')
    const { SeriesInstanceUID, SOPInstanceUID } = reference
    const { StudyInstanceUID } = instance.uids
    const image = await index.find({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
    if (image === undefined || image.frames.kind === 'none')
      throw new Problem('not-found', 'the image that the presentation state is for is not stored')
    const found = frames.ofInstance(image)
    const frame = reference.frame ?? found.count >> 1
    if (frame < 0 || frame >= found.count)
      throw new Problem(
        'frame-not-found',
        `the image has ${found.count} frames; the presentation state is for another`,
      )
    return {
      other: image,
      draw(request, signal) {
        if (request.window !== undefined || request.viewport?.region !== undefined)
          return Promise.reject(
            new Problem(
              'invalid-parameter',
              'a presentation state says itself what window and region it has',
            ),
          )
        const input = async (): Promise<JobInput<'presentation'>> => {
          const bytesOf = elementBytes(index, bulkdata, instance)
          const own = await descriptions.of(image, frame)
          const bitmap = await shutterBitmap(header, image, frame, bytesOf)
          const isPseudoColor = instance.SOPClassUID === PSEUDO_COLOR
          return {
            frame: await wholeFrame(await found.frame(frame), signal),
            description: await described(own, header, image, frame, bytesOf),
            presentation: {
              ...presentationOf(header, SOPInstanceUID, frame, bitmap),
              palette: isPseudoColor ? await palette(header, bytesOf) : undefined,
            },
            request,
          }
        }
        return pool.run('presentation', input, signal, instance.uids.StudyInstanceUID)
      },
    }
  }

  async function headerOf({ id }: FoundInstance, tags: ReadonlySet<string>): Promise<DicomJson> {
    const stored = await index.header(id)
    if (stored === undefined) throw noSuchInstance()
    return headerAttributes(stored.header, stored.headerTextBytes, tags)
  }

  /** The image's frame with the lookup tables and overlays of the state in place of its own. PS3.4 N.2.1 */
  async function described(
    own: FrameDescription,
    header: DicomJson,
    image: FoundInstance,
    frame: number,
    bytesOf: ElementBytes,
  ): Promise<FrameDescription> {
    const { transferSyntax, format, padding, iccProfile, palette: colors } = own
    const pixelAspect = aspectOf(header, image.uids.SOPInstanceUID, frame) ?? own.pixelAspect
    const kept = {
      transferSyntax,
      format,
      ...(padding === undefined ? {} : { padding }),
      ...(iccProfile === undefined ? {} : { iccProfile }),
      ...(colors === undefined ? {} : { palette: colors }),
      ...(pixelAspect === undefined ? {} : { pixelAspect }),
    }
    const modalityLut = await sequenceTable(header, '00283000', bytesOf)
    const presentationLut = await sequenceTable(header, '20500010', bytesOf)
    const rescale = {
      slope: numberOf(header, '00281053') ?? 1,
      intercept: numberOf(header, '00281052') ?? 0,
    }
    const [voi = {}] = itemsAbout(header, '00283110', image.uids.SOPInstanceUID, frame)
    const voiLut = await sequenceTable(voi, '00283010', bytesOf)
    return {
      ...kept,
      rescale,
      ...(modalityLut === undefined ? {} : { modalityLut }),
      ...(presentationLut === undefined ? {} : { presentationLut }),
      inverse: textOf(header, '20500020') === 'INVERSE',
      window: voiLut === undefined ? (firstWindow(voi) ?? wholeRange(own, rescale, modalityLut)) : undefined,
      ...(voiLut === undefined ? {} : { voiLut }),
      overlays: await activated(header, image, frame, bytesOf),
    }
  }

  /** The overlays that the state gives a layer: its own, or the image's. PS3.3 C.11.7 */
  async function activated(
    header: DicomJson,
    image: FoundInstance,
    frame: number,
    bytesOf: ElementBytes,
  ): Promise<readonly Overlay[]> {
    const groups = OVERLAY_GROUPS.filter(group => textOf(header, group + ACTIVATION_LAYER) !== undefined)
    return planesOf(header, groups, image, frame, bytesOf)
  }

  async function shutterBitmap(
    header: DicomJson,
    image: FoundInstance,
    frame: number,
    bytesOf: ElementBytes,
  ): Promise<Overlay | undefined> {
    const [group] = numbersOf(header, '00181623')
    if (group === undefined) return undefined
    const name = group.toString(16).toUpperCase().padStart(4, '0')
    return (await planesOf(header, [name], image, frame, bytesOf))[0]
  }

  async function planesOf(
    header: DicomJson,
    groups: readonly string[],
    image: FoundInstance,
    frame: number,
    bytesOf: ElementBytes,
  ): Promise<readonly Overlay[]> {
    if (groups.length === 0) return []
    const isOwn = (group: string): boolean => header[`${group}3000`] !== undefined
    const own = await overlays(ofGroups(header, groups.filter(isOwn)), frame, bytesOf)
    const others = groups.filter(group => !isOwn(group))
    if (others.length === 0) return own
    const imageHeader = await headerOf(image, IMAGE_TAGS)
    const imageBytes = elementBytes(index, bulkdata, image)
    return [...own, ...(await overlays(ofGroups(imageHeader, others), frame, imageBytes))]
  }
}

function ofGroups(header: DicomJson, groups: readonly string[]): DicomJson {
  return Object.fromEntries(Object.entries(header).filter(([tag]) => groups.includes(tag.slice(0, 4))))
}

/** Without a VOI LUT all that the Modality LUT can give is shown. PS3.3 C.11.8 */
function wholeRange(
  { format }: FrameDescription,
  { slope, intercept }: FrameDescription['rescale'],
  modalityLut: FrameDescription['modalityLut'],
): Window | undefined {
  if (format.numbers !== 'integer' || format.samples !== 1) return undefined
  const bits = modalityLut?.descriptor[2] ?? format.bitsStored
  const low = modalityLut === undefined && format.signed ? -(2 ** (format.bitsStored - 1)) : 0
  const ends = [low, low + 2 ** bits - 1].map(value =>
    modalityLut === undefined ? value * slope + intercept : value,
  )
  const [least, most] = [Math.min(...ends), Math.max(...ends)]
  return { center: (least + most + 1) / 2, width: Math.max(1, most - least + 1), shape: 'LINEAR' }
}
