package org.sparklora.template.python;

import java.util.List;

/**
 * What {@code keys()}, {@code values()} and {@code items()} of a mapping give.
 *
 * @param kind {@code dict_keys}, {@code dict_values} or {@code dict_items}
 */
public record DictView(String kind, List<Object> items) {}
