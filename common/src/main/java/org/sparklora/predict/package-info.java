/** From a prompt to an answer with a base and an adapter: cache, sampling, batches. */
package org.sparklora.predict;
