/**
 * Which texts are equal or nearly equal, and which rows repeat others: normal form, shingles,
 * MinHash, Jaccard. May import: nothing.
 */
package org.sparklora.near;
