/** Which texts are nearly equal: shingles, MinHash, Jaccard. May import: nothing. */
package org.sparklora.near;
