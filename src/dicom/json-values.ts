import type { DicomJson } from './json-model.js'

/** Numbers of an element, those of DS and IS too; empty where it is absent or has no number. */
export function numbersOf(dataset: DicomJson, tag: string): readonly number[] {
  const values = dataset[tag]?.Value ?? []
  return values
    .map(value => (value === null || value === '' ? NaN : Number(value)))
    .filter(value => Number.isFinite(value))
}

/** The first text of an element. */
export function textOf(dataset: DicomJson, tag: string): string | undefined {
  const value = dataset[tag]?.Value?.[0]
  return typeof value === 'string' ? value : undefined
}

/** Items of a sequence; empty where it is absent. */
export function itemsOf(dataset: DicomJson, tag: string): readonly DicomJson[] {
  const values = dataset[tag]?.Value ?? []
  return values.filter((value): value is DicomJson => typeof value === 'object' && value !== null)
}

/** The first item of a sequence; an empty one where there is none. */
export function firstItemOf(dataset: DicomJson, tag: string): DicomJson {
  return itemsOf(dataset, tag)[0] ?? {}
}
