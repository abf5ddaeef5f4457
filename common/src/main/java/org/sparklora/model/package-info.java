/**
 * One decoder for all families, described by data, and the seam where adapters enter. May import:
 * model.spec, model.load, tensor.
 */
package org.sparklora.model;
