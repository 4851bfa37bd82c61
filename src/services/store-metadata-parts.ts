import type { ByteSource } from '../dicom/part10/byte-source.js'
import type { Problem } from '../dicom/problem.js'

/** The bulk parts of a store request, by their names. PS3.18 10.5.1, 8.6.1.2; RFC 2557 4. */

export interface BulkPart {
  /** lower-case, by its usual name; empty where the part does not say */
  readonly mediaType: string
  readonly transferSyntax: string | undefined
  readonly contentLocation: string | undefined
  /** undefined where the part was larger than an instance may be; a Problem where its bytes are not those that were sent */
  readonly source: ByteSource | Problem | undefined
}

export interface BulkParts {
  /** The parts that a BulkDataURI names, in order: one, or a part a frame. Several are those with the same Content-Location
   *  (as a Retrieve of bulk data answers, 10.4.3.3.5), or with `/frames/1`, `/frames/2`… behind it, without a gap. Nothing is
   *  ever fetched from elsewhere.
   * @returns empty where no part bears the name */
  named(uri: string): readonly BulkPart[]
  /** those that nothing has asked for */
  unnamed(): readonly BulkPart[]
}

/** @param url of the request, against which relative names are resolved */
export function bulkParts(parts: readonly BulkPart[], url: string): BulkParts {
  const whole = new Map<string, BulkPart[]>()
  const frames = new Map<string, NumberedParts>()
  const asked = new Set<BulkPart>()
  for (const part of parts) {
    if (part.contentLocation === undefined) continue
    for (const name of namesOf(part.contentLocation)) {
      const list = whole.get(name)
      if (list === undefined) whole.set(name, [part])
      else list.push(part)
      const [, base, number] = /^(.*)\/frames\/([1-9]\d{0,6})$/s.exec(name) ?? []
      if (base === undefined || number === undefined) continue
      const numbered = frames.get(base) ?? { parts: new Map<number, BulkPart>(), twice: false }
      numbered.twice ||= numbered.parts.has(Number(number))
      frames.set(base, numbered)
      numbered.parts.set(Number(number), part)
    }
  }
  return {
    named(uri) {
      for (const name of namesOf(uri)) {
        const found = whole.get(name) ?? framesOf(frames.get(name))
        for (const part of found) asked.add(part)
        if (found.length > 0) return found
      }
      return []
    },
    unnamed: () => parts.filter(part => !asked.has(part)),
  }

  /** As it is written, and as what it means. */
  function namesOf(location: string): string[] {
    return URL.canParse(location, url) ? [...new Set([location, new URL(location, url).href])] : [location]
  }
}

interface NumberedParts {
  readonly parts: Map<number, BulkPart>
  twice: boolean
}

/** @returns empty where a number is left out, or there twice */
function framesOf(numbered: NumberedParts | undefined): readonly BulkPart[] {
  if (numbered === undefined || numbered.twice) return []
  const { parts } = numbered
  const frames = Array.from({ length: parts.size }, (_, index) => parts.get(index + 1) ?? [])
  const whole = frames.flat()
  return whole.length === parts.size ? whole : []
}
