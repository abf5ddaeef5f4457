/** The feature table: rows, the _features.json contract, its Arrow and Parquet layouts. */
package org.sparklora.feature;
