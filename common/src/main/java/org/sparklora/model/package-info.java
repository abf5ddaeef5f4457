/** One decoder for all families, described by data, and the seam where adapters enter. */
package org.sparklora.model;
