package org.sparklora.feature;

import java.util.Locale;

/** Why a row of a table with ready ids and labels is set aside. */
public enum RowFault {
  IDS_AND_LABELS_DIFFER_IN_LENGTH,
  ID_BEYOND_THE_VOCABULARY,
  LABEL_IS_NO_ID,
  LABEL_IS_NOT_THE_ID_AT_ITS_PLACE,
  MASK_IS_NOT_THAT_OF_ONE_TEXT;

  /** The fault in words. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
