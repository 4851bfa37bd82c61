/** What reader and writer of the Native DICOM Model share. PS3.19 A.1; PS3.18 F.3. */

export const NATIVE_DICOM_NAMESPACE = 'http://dicom.nema.org/PS3.19/models/NativeDICOM'

/** The groups of a person name: the same names in JSON and in XML. */
export const PERSON_NAME_GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const
export type PersonNameGroup = (typeof PERSON_NAME_GROUPS)[number]

/** The components of one group, in the order of the value. PS3.5 6.2.1 */
export const PERSON_NAME_COMPONENTS = [
  'FamilyName',
  'GivenName',
  'MiddleName',
  'NamePrefix',
  'NameSuffix',
] as const
