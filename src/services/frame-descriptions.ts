import { headerAttributes } from '../dicom/header-attributes.js'
import { headerItems } from '../dicom/header-items.js'
import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import { transferSyntax, EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.js'
import type { FrameDescription } from '../imaging/frame-description.js'
import type { PixelFormat } from '../imaging/pixel-format.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { BulkdataService } from './bulkdata.js'
import { elementBytes, type ElementBytes } from './element-bytes.js'
import { PER_FRAME_GROUPS, SHARED_GROUPS, TONE_GROUPS, frameTone } from './frame-tones.js'
import { itemOf, numberOf, textOf } from '../dicom/json-values.js'
import { palette, PALETTE_TAGS, sequenceTable } from './lookup-tables.js'
import { OVERLAY_TAGS, overlays } from './overlay-planes.js'
import { profileElement, PROFILE_TAGS } from './profile-element.js'
import { pixelFormat, PIXEL_FORMAT_TAGS } from './pixel-format.js'

const MODALITY_LUT_SEQUENCE = '00283000'
const PRESENTATION_LUT_SEQUENCE = '20500010'

const TAGS = new Set([
  ...PIXEL_FORMAT_TAGS,
  ...[
    '00280034',
    '00280120',
    '00280121',
    '00280122',
    '00280123',
    '00280124',
    '00280125',
    '00281040',
    '00281050',
    '00281051',
    '00281052',
    '00281053',
    '00281056',
  ],
  ...['00283010', '00181164', '00182010', '00280030', '00089205', '20500020'],
  MODALITY_LUT_SEQUENCE,
  PRESENTATION_LUT_SEQUENCE,
  SHARED_GROUPS,
  ...PALETTE_TAGS,
  ...OVERLAY_TAGS,
  ...PROFILE_TAGS,
])

/** What the header of an instance says about its frames. Nothing of it outlives a request. */
export interface FrameDescriptions {
  /** @param frame 0-based
   * @throws Problem `not-found`; `blob-missing`, `blob-damaged`, `unavailable` of values that are in the file */
  of(instance: FoundInstance, frame: number): Promise<FrameDescription>
  /** Reads the header once for many frames.
   * @param frames the only ones that will be asked for; all by default. Functional groups of others are not kept.
   * @throws Problem as `of` */
  open(instance: FoundInstance, frames?: readonly number[]): Promise<InstanceDescription>
}

export interface InstanceDescription {
  /** @param frame 0-based
   * @throws Problem as FrameDescriptions.of */
  frame(frame: number): Promise<FrameDescription>
}

export function frameDescriptions(index: ArchiveIndex, bulkdata: BulkdataService): FrameDescriptions {
  return { open, of: async (instance, frame) => (await open(instance, [frame])).frame(frame) }

  async function open(instance: FoundInstance, frames?: readonly number[]): Promise<InstanceDescription> {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
    const groups =
      header[SHARED_GROUPS] === undefined
        ? new Map<number, DicomJson>()
        : await toneGroups(stored.header, frames)
    return instanceDescription(instance, header, groups, elementBytes(index, bulkdata, instance))
  }
}

/** By frame, of its functional groups, what its picture needs: there may be ten thousand frames. */
async function toneGroups(
  header: Uint8Array,
  frames: readonly number[] | undefined,
): Promise<ReadonlyMap<number, DicomJson>> {
  const wanted = frames === undefined ? undefined : new Set(frames)
  const last = frames === undefined ? Infinity : Math.max(-1, ...frames)
  const groups = new Map<number, DicomJson>()
  let position = 0
  for await (const item of headerItems(header, PER_FRAME_GROUPS, at => wanted?.has(at) ?? true)) {
    if (wanted?.has(position) ?? true)
      groups.set(position, Object.fromEntries(Object.entries(item).filter(([tag]) => TONE_GROUPS.has(tag))))
    if (++position > last) break
  }
  return groups
}

function instanceDescription(
  instance: FoundInstance,
  header: DicomJson,
  groups: ReadonlyMap<number, DicomJson>,
  bytesOf: ElementBytes,
): InstanceDescription {
  const profiles = new Map<JsonElement, Promise<Uint8Array | undefined>>()
  let ofInstance: Promise<Partial<FrameDescription>> | undefined
  const encapsulated = transferSyntax(instance.TransferSyntaxUID)?.encapsulated === true
  const format = pixelFormat(header, instance)
  return {
    async frame(frame) {
      ofInstance ??= sameForAllFrames(instance, header, format, bytesOf)
      const tone = await frameTone(header, groups.get(frame), bytesOf)
      const planes = await overlays(header, frame, bytesOf)
      const iccProfile = await profileBytes(groups.get(frame))
      return {
        transferSyntax: encapsulated ? instance.TransferSyntaxUID : EXPLICIT_VR_LITTLE_ENDIAN,
        format,
        ...(await ofInstance),
        ...tone,
        ...(planes.length > 0 ? { overlays: planes } : {}),
        ...(iccProfile === undefined || iccProfile.length === 0 ? {} : { iccProfile }),
      }
    },
  }

  /** Read once for all frames of a profile. */
  async function profileBytes(ofFrame: DicomJson | undefined): Promise<Uint8Array | undefined> {
    const element = profileElement(header, ofFrame, itemOf(header, SHARED_GROUPS))
    if (element === undefined) return undefined
    const known = profiles.get(element)
    if (known !== undefined) return known
    const read = bytesOf(element)
    profiles.set(element, read)
    return read
  }
}

async function sameForAllFrames(
  instance: FoundInstance,
  header: DicomJson,
  format: PixelFormat,
  bytesOf: ElementBytes,
): Promise<Partial<FrameDescription>> {
  const shape = textOf(header, '20500020')
  const modalityLut = isForDisplay(instance, header)
    ? await sequenceTable(header, MODALITY_LUT_SEQUENCE, bytesOf)
    : undefined
  const presentationLut = await sequenceTable(header, PRESENTATION_LUT_SEQUENCE, bytesOf)
  const padding = instance.SOPClassUID === WHOLE_SLIDE ? undefined : paddingOf(header, format)
  const colors = isColored(header, format) ? await palette(header, bytesOf) : undefined
  return {
    ...(modalityLut === undefined ? {} : { modalityLut }),
    ...(presentationLut === undefined ? {} : { presentationLut }),
    ...(shape === 'INVERSE' || shape === 'IDENTITY' ? { inverse: shape === 'INVERSE' } : {}),
    ...(padding === undefined ? {} : { padding }),
    ...(colors === undefined ? {} : { palette: colors }),
  }
}

const X_RAY_ANGIOGRAPHY = '1.2.840.10008.5.1.4.1.1.12.1'
const X_RAY_FLUOROSCOPY = '1.2.840.10008.5.1.4.1.1.12.2'

/** The Modality LUT of logarithmic angiography makes it linear for subtraction, not for display. PS3.3 C.8.7.1.1.2 */
function isForDisplay({ SOPClassUID }: FoundInstance, header: DicomJson): boolean {
  const isAngiography = SOPClassUID === X_RAY_ANGIOGRAPHY || SOPClassUID === X_RAY_FLUOROSCOPY
  return !isAngiography || textOf(header, '00281040') !== 'LOG'
}

/** VL Whole Slide Microscopy: glass is white, and so is what pads it. */
const WHOLE_SLIDE = '1.2.840.10008.5.1.4.1.1.77.1.6'

/** Greys have a palette only as a supplement, which Pixel Presentation asks for. PS3.3 C.7.6.19, C.8.16.2.1.2 */
function isColored(header: DicomJson, { photometric }: PixelFormat): boolean {
  const presentation = textOf(header, '00089205')
  return (
    photometric === 'PALETTE COLOR' ||
    (photometric.startsWith('MONOCHROME') && (presentation === 'COLOR' || presentation === 'MIXED'))
  )
}

/** PS3.3 C.7.5.1.1.2. Of signed values the attribute may have been written as unsigned. */
function paddingOf(header: DicomJson, format: PixelFormat): { low: number; high: number } | undefined {
  const [valueTag, limitTag] = PADDING_TAGS[format.numbers]
  const value = numberOf(header, valueTag)
  if (value === undefined || format.samples !== 1) return undefined
  const limit = numberOf(header, limitTag) ?? value
  const wraps = format.numbers === 'integer' && format.signed
  const [a, b] = [value, limit].map(one => (wraps && one >= 0x8000 && one <= 0xffff ? one - 0x1_0000 : one))
  return { low: Math.min(a ?? value, b ?? limit), high: Math.max(a ?? value, b ?? limit) }
}

const PADDING_TAGS = {
  integer: ['00280120', '00280121'],
  float: ['00280122', '00280124'],
  double: ['00280123', '00280125'],
} as const
