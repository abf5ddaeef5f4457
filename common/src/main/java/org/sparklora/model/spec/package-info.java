/**
 * What a base model is, by its {@code config.json}: family, shapes, names of weights. May import:
 * storage.
 */
package org.sparklora.model.spec;
