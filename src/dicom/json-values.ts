import type { DicomJson } from './json-model.js'

/** Values of attributes that a dataset may have in any form, or not at all: decimal strings that are none are kept as text. */

/** The numbers of an element, those of DS and IS too, by position; undefined stands for what is none. */
export function numbersAt(dataset: DicomJson | undefined, tag: string): readonly (number | undefined)[] {
  return (dataset?.[tag]?.Value ?? []).map(value => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  })
}

/** The numbers of an element; what is none is left out. */
export function numbersOf(dataset: DicomJson | undefined, tag: string): readonly number[] {
  return numbersAt(dataset, tag).filter(number => number !== undefined)
}

/** The first number of an element. */
export function numberOf(dataset: DicomJson | undefined, tag: string): number | undefined {
  return numbersAt(dataset, tag)[0]
}

/** The first text of an element. */
export function textOf(dataset: DicomJson | undefined, tag: string): string | undefined {
  const value = dataset?.[tag]?.Value?.[0]
  return typeof value === 'string' ? value : undefined
}

/** Items of a sequence; empty where it is absent. */
export function itemsOf(dataset: DicomJson | undefined, tag: string): readonly DicomJson[] {
  const values = dataset?.[tag]?.vr === 'SQ' ? (dataset[tag].Value ?? []) : []
  return values.filter((value): value is DicomJson => typeof value === 'object' && value !== null)
}

/** The first item of a sequence. */
export function itemOf(dataset: DicomJson | undefined, tag: string): DicomJson | undefined {
  return itemsOf(dataset, tag)[0]
}
