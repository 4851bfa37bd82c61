/** A search, parsed and validated, free of HTTP and of SQL. PS3.18 8.3.4, 10.6; PS3.4 C.2.2.2. */

export type QueryLevel = 'study' | 'series' | 'instance'

export const LEVELS: readonly QueryLevel[] = ['study', 'series', 'instance']

/** Whether answers at one level may speak of another: of itself and of those above. */
export function reaches(level: QueryLevel, other: QueryLevel): boolean {
  return LEVELS.indexOf(other) <= LEVELS.indexOf(level)
}

/** The VRs whose values are moments, and whose keys can be ranges. */
export type MomentVr = 'DA' | 'TM' | 'DT'

/** One condition. `path` is one tag or privateKey, or the tags of sequences and that of an attribute in their items
 *  (`['00400275', '00400009']`). All keys below one sequence are to be met by one of its items. */
export type Match = { readonly path: readonly string[] } & (
  | {
      /** equal to one of the values (lists of UIDs, comma lists of coded strings) */
      readonly kind: 'values'
      readonly vr: string
      readonly values: readonly string[]
    }
  | {
      /** `*` any run, `?` any one character; everything else literal */
      readonly kind: 'wildcard'
      readonly vr: string
      readonly pattern: string
    }
  | {
      /** inclusive; DA `YYYYMMDD`, TM `HHMMSS.FFFFFF` (start filled with 0, end with 9), DT; undefined is open */
      readonly kind: 'range'
      readonly vr: MomentVr
      readonly from: string | undefined
      readonly to: string | undefined
    }
  | {
      /** a range of a date (`path`) and one of its time are one interval: `YYYYMMDDHHMMSS.FFFFFF`. PS3.4 C.2.2.2.5.4 */
      readonly kind: 'date-time-range'
      /** tag of the time, beside the date */
      readonly time: string
      readonly from: string | undefined
      readonly to: string | undefined
    }
  | {
      /** a person name, folded (case and accents): groups that may match, a wildcard stays inside its group */
      readonly kind: 'person-name'
      readonly pattern: string
      readonly group: 'any' | 'alphabetic' | 'ideographic' | 'phonetic'
    }
  | {
      /** a name has all these words: one of its own, in any group, begins so or sounds so; folded, with wildcards. PS3.18 8.3.4.2 */
      readonly kind: 'name-words'
      readonly words: readonly string[]
    }
  | {
      /** the attribute is absent, or has no value. PS3.4 C.2.2.2.7 */
      readonly kind: 'empty'
    }
)

export interface Query {
  readonly level: QueryLevel
  /** from the path: `/studies/{study}/series` and the like */
  readonly StudyInstanceUID?: string
  readonly SeriesInstanceUID?: string
  /** all must hold */
  readonly matches: readonly Match[]
  /** The zone of the dates and times in matches, in minutes east of UTC. Stored ones whose zone is known (0008,0201) are seen
   *  in it. Absent: they are compared as they stand. PS3.18 8.3.4.1.1 */
  readonly timezoneMinutes?: number
  /** further attributes to return: tag paths, or everything that is stored at the level and above */
  readonly include: 'all' | readonly (readonly string[])[]
  /** by privateKey, the tags at which private attributes are to be answered: those that the request gave them */
  readonly privateTags?: Readonly<Record<string, string>>
  /** only the UIDs and what include and matches name, not what the tables of PS3.18 10.6.3.3 have */
  readonly withoutDefaults?: boolean
  readonly limit: number
  readonly offset: number
}
