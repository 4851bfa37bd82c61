/** What the data dictionary of dcmjs lacks or has wrong. PS3.6 chapters 6 and 7 (2024e); [tag, VR, keyword]. */
export const DICTIONARY_SUPPLEMENT: readonly (readonly [tag: string, vr: string, keyword: string])[] = [
  // lacking
  ['00080202', 'OB', ''],
  ['00100011', 'SQ', 'PersonNamesToUseSequence'],
  ['00100012', 'LT', 'NameToUse'],
  ['00100013', 'UT', 'NameToUseComment'],
  ['00100014', 'SQ', 'ThirdPersonPronounsSequence'],
  ['00100015', 'SQ', 'PronounCodeSequence'],
  ['00100016', 'UT', 'PronounComment'],
  ['00100041', 'SQ', 'GenderIdentitySequence'],
  ['00100042', 'UT', 'SexParametersForClinicalUseCategoryComment'],
  ['00100043', 'SQ', 'SexParametersForClinicalUseCategorySequence'],
  ['00100044', 'SQ', 'GenderIdentityCodeSequence'],
  ['00100045', 'UT', 'GenderIdentityComment'],
  ['00100046', 'SQ', 'SexParametersForClinicalUseCategoryCodeSequence'],
  ['00100047', 'UR', 'SexParametersForClinicalUseCategoryReference'],
  ['00189445', 'OB', ''],
  ['00280020', 'OB', ''],
  // wrong VR
  ['00660040', 'OL', 'LongPrimitivePointIndexList'],
  ['00660041', 'OL', 'LongTrianglePointIndexList'],
  ['00660042', 'OL', 'LongEdgePointIndexList'],
  ['00660043', 'OL', 'LongVertexPointIndexList'],
  ['006862F0', 'SQ', 'ViewOrientationModifierCodeSequence'],
  ['0070150C', 'UL', 'NumberOfVolumetricCurvePoints'],
  ['00760034', 'SQ', 'ComponentTypeCodeSequence'],
]
