package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import org.sparklora.blend.RowKey;
import org.sparklora.near.NearText;
import org.sparklora.near.RowPlace;
import org.sparklora.near.TextKey;

/**
 * What is known of a row before rows are chosen; null is what nobody has to know, or what a row has
 * not that is bad.
 *
 * @param mix its place in the order in which its corpus gives rows
 * @param key of all its texts
 * @param whole its texts, where nearly equal ones are looked for
 * @param side key of its prompt alone
 * @param prompt where nearly equal ones are on one side
 */
record KnownRow(RowPlace place, RowKey mix, TextKey key, NearText whole, Long side, NearText prompt)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
