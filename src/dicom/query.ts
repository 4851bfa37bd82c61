/** A search, parsed and validated, free of HTTP and of SQL. PS3.18 8.3.4, 10.6; PS3.4 C.2.2.2. */

export type QueryLevel = 'study' | 'series' | 'instance'

export const LEVELS: readonly QueryLevel[] = ['study', 'series', 'instance']

/** Whether answers at one level may speak of another: of itself and of those above. */
export function reaches(level: QueryLevel, other: QueryLevel): boolean {
  return LEVELS.indexOf(other) <= LEVELS.indexOf(level)
}

/** One condition. `path` is one tag or privateKey, or a sequence's tag and the tag inside it (`['00400275', '00400009']`). */
export type Match =
  /** equal to one of the values (UID lists, comma lists of coded strings); already normalised by `normalise` */
  | {
      readonly kind: 'values'
      readonly path: readonly string[]
      readonly vr: string
      readonly values: readonly string[]
    }
  /** `*` any run, `?` any one character; everything else literal */
  | {
      readonly kind: 'wildcard'
      readonly path: readonly string[]
      readonly vr: string
      readonly pattern: string
    }
  /** inclusive; DA `YYYYMMDD`, TM `HHMMSS.FFFFFF` (start filled with 0, end with 9), DT; undefined is open */
  | {
      readonly kind: 'range'
      readonly path: readonly string[]
      readonly vr: 'DA' | 'TM' | 'DT'
      readonly from: string | undefined
      readonly to: string | undefined
    }
  /** a date and a time range of a pair are one interval: `YYYYMMDDHHMMSS.FFFFFF`. PS3.18 8.3.4.1.1 */
  | {
      readonly kind: 'date-time-range'
      readonly date: string
      readonly time: string
      readonly from: string | undefined
      readonly to: string | undefined
    }
  /** a person name, folded (case and accents): groups that may match, a wildcard stays inside its group */
  | {
      readonly kind: 'person-name'
      readonly path: readonly string[]
      readonly pattern: string
      readonly group: 'any' | 'alphabetic' | 'ideographic' | 'phonetic'
    }

export interface Query {
  readonly level: QueryLevel
  /** from the path: `/studies/{study}/series` and the like */
  readonly StudyInstanceUID?: string
  readonly SeriesInstanceUID?: string
  /** all must hold */
  readonly matches: readonly Match[]
  /** further attributes to return: tag paths, or everything that is stored at the level and above */
  readonly include: 'all' | readonly (readonly string[])[]
  /** by privateKey, the tags at which private attributes are to be answered: those that the request gave them */
  readonly privateTags?: Readonly<Record<string, string>>
  readonly limit: number
  readonly offset: number
}
