/** What a base model is, by its {@code config.json}: family, shapes, names of weights. */
package org.sparklora.model.spec;
