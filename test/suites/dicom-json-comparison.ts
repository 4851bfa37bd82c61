/** Compares our DICOM JSON with pydicom's, value by value. What PS3.18 Annex F leaves open, or pydicom 2.3.1 does in its
 *  own way for every file, is levelled here and nowhere else:
 *  - blanks and NULs around a value, which mean nothing in their VR;
 *  - an empty value in a list (pydicom `""`, F.2.5 `null`), an empty list (pydicom `[]`, F.2.5 no Value);
 *  - empty name groups (pydicom `"Alphabetic": ""`);
 *  - a number that we write as a string, because a double would lose digits of it (F.2.2, note 2);
 *  - VRs that pydicom could not make up its mind about ("OB or OW");
 *  - the VR of encapsulated Pixel Data, which is OB (PS3.5 A.4) and which some files call OW;
 *  - group lengths, group 0000 and 0002, and padding, which we leave out. */

export interface BinaryDigest {
  readonly length: number
  readonly sha256: string
  readonly littleEndian: string
}

export interface ComparedElement {
  readonly vr: string
  readonly Value?: readonly unknown[]
  readonly InlineBinary?: string
  readonly BulkDataURI?: string
  readonly Binary?: BinaryDigest
}

export type ComparedDataset = Readonly<Record<string, ComparedElement>>

/** @param digestInline of our base64
 *  @param digestBulk of the bytes that our bulk table gives for a path; undefined where it has none
 *  @returns differences as `path: words`, without values */
export function differences(
  ours: ComparedDataset,
  theirs: ComparedDataset,
  digestInline: (base64: string) => string,
  digestBulk: (path: string) => { readonly length: number; readonly sha256: string } | undefined,
  prefix = '',
): string[] {
  const found: string[] = []
  const tags = new Set([...Object.keys(ours), ...Object.keys(theirs)].filter(tag => isCompared(tag, prefix)))
  for (const tag of tags) {
    const path = prefix + tag
    const our = ours[tag]
    const their = theirs[tag]
    if (our === undefined) found.push(`${path}: only pydicom has it`)
    else if (their === undefined) found.push(`${path}: only we have it`)
    else found.push(...elementDifferences(path, our, their, digestInline, digestBulk))
  }
  return found
}

function isCompared(tag: string, prefix: string): boolean {
  if (prefix === '' && tag === '00083002') return false
  return !tag.endsWith('0000') && !tag.startsWith('0000') && !tag.startsWith('0002') && tag !== 'FFFCFFFC'
}

const UNDECIDED: Readonly<Record<string, readonly string[]>> = {
  'OB or OW': ['OB', 'OW'],
  'US or SS': ['US', 'SS'],
  'US or OW': ['US', 'OW'],
  'US or SS or OW': ['US', 'SS', 'OW'],
}

function elementDifferences(
  path: string,
  our: ComparedElement,
  their: ComparedElement,
  digestInline: (base64: string) => string,
  digestBulk: (path: string) => { readonly length: number; readonly sha256: string } | undefined,
): string[] {
  if (
    our.vr !== their.vr &&
    UNDECIDED[their.vr]?.includes(our.vr) !== true &&
    !isEncapsulated(path, our, their)
  )
    return [`${path}: VR ${our.vr}, pydicom ${their.vr}`]
  if (their.Binary !== undefined && their.Binary.length > 0) {
    if (our.InlineBinary !== undefined)
      return digestInline(our.InlineBinary) === their.Binary.littleEndian
        ? []
        : [`${path}: other bytes inline`]
    const bulk = our.BulkDataURI === undefined ? undefined : digestBulk(path)
    if (bulk === undefined) return [`${path}: pydicom has bytes, we have none`]
    return bulk.length === their.Binary.length && bulk.sha256 === their.Binary.sha256
      ? []
      : [`${path}: other bytes in bulk`]
  }
  if (our.BulkDataURI !== undefined) return their.Value === undefined ? [`${path}: only we have bulk`] : []
  if (our.InlineBinary !== undefined) return [`${path}: only we have bytes`]
  if (our.vr === 'SQ') {
    const ourItems = (our.Value ?? []) as readonly ComparedDataset[]
    const theirItems = (their.Value ?? []) as readonly ComparedDataset[]
    if (ourItems.length !== theirItems.length)
      return [`${path}: ${ourItems.length} items, pydicom ${theirItems.length}`]
    return ourItems.flatMap((item, index) =>
      differences(item, theirItems[index] ?? {}, digestInline, digestBulk, `${path}.${index + 1}.`),
    )
  }
  const ourValues = levelled(our.vr, our.Value)
  const theirValues = levelled(our.vr, their.Value)
  return JSON.stringify(ourValues) === JSON.stringify(theirValues) ? [] : [`${path}: other value`]
}

function isEncapsulated(path: string, our: ComparedElement, their: ComparedElement): boolean {
  return path.endsWith('7FE00010') && our.vr === 'OB' && their.vr === 'OW' && our.BulkDataURI !== undefined
}

const NUMBERS = new Set(['DS', 'IS', 'SV', 'UV', 'FL', 'FD'])

function levelled(vr: string, values: readonly unknown[] = []): unknown[] {
  const level = values.map(value => {
    if (NUMBERS.has(vr) && typeof value === 'string' && value !== '') {
      const number = Number(value)
      return Number.isNaN(number) ? value : number
    }
    if (typeof value === 'string') {
      const trimmed =
        vr === 'ST' || vr === 'LT' || vr === 'UT'
          ? value.replace(/[\0 ]+$/, '')
          : value.replace(/^[\0 ]+|[\0 ]+$/g, '')
      return trimmed === '' ? null : trimmed
    }
    if (vr === 'PN' && typeof value === 'object' && value !== null) {
      const groups = Object.entries(value as Record<string, string>)
        .map(([group, text]): [string, string] => [group, text.replace(/^[\0 ]+|[\0 ]+$/g, '')])
        .filter(([, text]) => text !== '')
      return groups.length === 0 ? null : Object.fromEntries(groups)
    }
    return value
  })
  return level.length === 1 && level[0] === null ? [] : level
}
