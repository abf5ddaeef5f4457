/**
 * One decoder, its families described by data, and the seam where adapters enter. May import:
 * tensor, storage, weights.
 */
package org.sparklora.model;
