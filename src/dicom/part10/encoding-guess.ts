import { dictionaryVr } from '../dictionary.js'
import {
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  transferSyntax,
} from '../transfer-syntaxes.js'
import { valueRepresentationOfCode } from '../value-representations.js'

export interface Encoding {
  readonly explicit: boolean
  readonly littleEndian: boolean
  /** of the native transfer syntax that is encoded so */
  readonly uid: string
  /** where it is not as the transfer syntax says */
  readonly remark?: string
}

const IMPLICIT: Encoding = { explicit: false, littleEndian: true, uid: IMPLICIT_VR_LITTLE_ENDIAN }
const EXPLICIT: Encoding = { explicit: true, littleEndian: true, uid: EXPLICIT_VR_LITTLE_ENDIAN }
const BIG_ENDIAN: Encoding = { explicit: true, littleEndian: false, uid: EXPLICIT_VR_BIG_ENDIAN }

/** the first element of a dataset of no known syntax: longer is nothing that starts one */
const MAX_FIRST_LENGTH = 1 << 20

/** How the dataset that begins at `at` is encoded: as its transfer syntax says, unless its first element shows that the
 *  writer meant the other kind of VR; where the syntax is not said or not known, as the first element looks.
 * @param named Transfer Syntax UID of the meta group
 * @returns undefined where no dataset can begin so */
export function guessEncoding(
  bytes: Buffer,
  at: number,
  end: number,
  named: string | undefined,
): Encoding | undefined {
  if (end - at < 8) return undefined
  const vr = valueRepresentationOfCode(bytes.readUInt16BE(at + 4))
  const syntax = named === undefined ? undefined : transferSyntax(named)
  if (syntax === undefined) return looksLike(bytes, at, vr !== undefined)
  if (syntax.bigEndian) return BIG_ENDIAN
  if (!syntax.explicit && vr !== undefined)
    return { ...EXPLICIT, remark: 'dataset is in explicit VR, its transfer syntax says implicit' }
  if (syntax.explicit && vr === undefined && !isTwoCapitals(bytes, at + 4))
    return { ...IMPLICIT, remark: 'dataset is in implicit VR, its transfer syntax says explicit' }
  return syntax.explicit ? EXPLICIT : IMPLICIT
}

function looksLike(bytes: Buffer, at: number, explicit: boolean): Encoding | undefined {
  const little = bytes.readUInt16LE(at)
  const big = bytes.readUInt16BE(at)
  if (explicit) {
    // datasets begin with a low group: 0008 read the wrong way round is 0800
    const littleEndian = little <= big
    const group = littleEndian ? little : big
    if (group === 0 || group > 0x7fe0) return undefined
    return littleEndian ? EXPLICIT : BIG_ENDIAN
  }
  const tag = little * 65536 + bytes.readUInt16LE(at + 2)
  const known = little !== 0 && ((tag & 0xffff) === 0 || dictionaryVr(tag) !== undefined)
  return known && bytes.readUInt32LE(at + 4) <= MAX_FIRST_LENGTH ? IMPLICIT : undefined
}

function isTwoCapitals(bytes: Buffer, at: number): boolean {
  const first = bytes.readUInt8(at)
  const second = bytes.readUInt8(at + 1)
  return first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a
}
