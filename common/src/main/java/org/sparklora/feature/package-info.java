/**
 * The feature table: rows, the _features.json contract, its Arrow and Parquet layouts. May import:
 * storage.
 */
package org.sparklora.feature;
