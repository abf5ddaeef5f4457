/** From a corpus to a feature table. */
package org.sparklora.jobs.tokenize;
