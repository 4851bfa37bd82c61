import { dictionaryVr, keywordOf, tagOf } from './dictionary.js'

/** The tag of the time that belongs to a date by its name: StudyTime to StudyDate, TimeOf… to DateOf….
 * @returns undefined for what is no date, or has none */
export function timeBeside(date: string): string | undefined {
  if (dictionaryVr(parseInt(date, 16)) !== 'DA') return undefined
  const time = tagOf(keywordOf(date)?.replace('Date', 'Time') ?? '')
  return time !== undefined && dictionaryVr(parseInt(time, 16)) === 'TM' ? time : undefined
}
