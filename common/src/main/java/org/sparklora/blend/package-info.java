/**
 * Corpora mixed by shares or counts: what is asked, how many rows each gives, and which. May
 * import: nothing.
 */
package org.sparklora.blend;
